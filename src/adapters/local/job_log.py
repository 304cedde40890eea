"""The log of a build: its beginning on disk, its end in memory."""

from pathlib import Path

import attrs

_KEPT = 4 * 1024 * 1024  # bytes from the beginning
_TAIL = 256 * 1024  # bytes from the end


@attrs.define
class JobLog:
    """What an install writes, however much that is."""

    path: Path
    _written: int = 0
    _tail: bytearray = attrs.field(factory=bytearray)

    def write(self, data: bytes) -> None:
        """Add *data*."""
        room = max(0, _KEPT - self._written)
        if room:
            with self.path.open("ab") as file:
                file.write(data[:room])
        self._written += len(data)
        self._tail += data
        del self._tail[:-_TAIL]

    def line(self, text: str) -> None:
        """Add a line of our own."""
        self.write(f"{text}\n".encode())

    def tail(self, most: int) -> str:
        """At most the last *most* bytes, as text."""
        return self._tail[-most:].decode(errors="replace")

    def text(self) -> str:
        """All that was kept; where something is left out, a line says how much."""
        kept = self.path.read_bytes() if self._written else b""
        unsaved = self._written - len(kept)
        left_out = unsaved - len(self._tail)
        gap = f"\n[{left_out} bytes are left out here]\n".encode() if left_out > 0 else b""
        end = self._tail[-unsaved:] if unsaved else b""
        return (kept + gap + end).decode(errors="replace")
