"""The log of a build in two files of bounded size: its beginning, and its end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs

HEAD: Final = 256 * 1024  # bytes from the beginning
END: Final = 4 * 1024 * 1024  # bytes from the end
_PIECE: Final = 64 * 1024


def end_of(path: Path) -> Path:
    """Where the end of the log lies whose beginning is *path*."""
    return path.with_name(f"{path.name}.end")


@attrs.define
class KeptLog:
    """What a build writes, however much that is; little of it is ever in memory.

    Attributes:
        path: Of the beginning; what comes after it is beside it, with `.end` at its name's end.
    """

    path: Path
    _written: int = 0

    def __attrs_post_init__(self) -> None:
        # A container that was started again finds what the one before it has kept.
        self.path.unlink(missing_ok=True)

    @property
    def _end(self) -> Path:
        return end_of(self.path)

    def write(self, data: bytes) -> None:
        """Add *data*."""
        room = max(0, HEAD - self._written)
        if data[:room]:
            with self.path.open("ab") as file:
                file.write(data[:room])
        self._write_end(data[room:], max(0, self._written - HEAD))
        self._written += len(data)

    def _write_end(self, data: bytes, written: int) -> None:
        """Go round in the second file, after *written* bytes in all."""
        start = (written + max(0, len(data) - END)) % END
        data = data[-END:]
        if data:
            self._end.touch()
            with self._end.open("r+b") as file:
                file.seek(start)
                file.write(data[: END - start])
                file.seek(0)
                file.write(data[END - start :])

    def line(self, text: str) -> None:
        """Add a line of our own."""
        self.write(f"{text}\n".encode())

    def tail(self, most: int) -> str:
        """At most the last *most* bytes, as text."""
        beyond = max(0, self._written - HEAD)
        there = min(beyond, END)
        text = b"".join(self._end_pieces(max(0, there - most)))
        if there < most and beyond == there and self._written:
            with self.path.open("rb") as file:
                file.seek(max(0, min(self._written, HEAD) - (most - there)))
                text = file.read() + text
        return text.decode(errors="replace")

    def pieces(self) -> Iterator[bytes]:
        """All that was kept; where something is left out, a line says how much."""
        if self._written:
            with self.path.open("rb") as file:
                while piece := file.read(_PIECE):
                    yield piece
        left_out = self._written - HEAD - END
        if left_out > 0:
            yield f"\n[{left_out} bytes are left out here]\n".encode()
        yield from self._end_pieces(0)

    def text(self) -> str:
        """The same as text."""
        return b"".join(self.pieces()).decode(errors="replace")

    def _end_pieces(self, skipped: int) -> Iterator[bytes]:
        """The second file in its order, but for the first *skipped* bytes."""
        beyond = max(0, self._written - HEAD)
        there = min(beyond, END)
        first = beyond % END if beyond > END else 0
        at = skipped
        while at < there:
            start = (first + at) % END
            with self._end.open("rb") as file:
                file.seek(start)
                piece = file.read(min(_PIECE, there - at, END - start))
            at += len(piece)
            yield piece
