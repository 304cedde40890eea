"""The last lines that a function wrote, and what they say of why it does not serve."""

import json
from collections import deque
from collections.abc import Callable
from typing import Final

import attrs

_KEPT: Final = 200  # lines
_LONGEST: Final = 8192  # bytes of a line; a longer one is cut in pieces
_SHOWN: Final = 5  # lines


def _ignore(_line: str) -> None:
    return


@attrs.define
class OutputLines:
    """Takes what comes out of a pipe.

    Attributes:
        listener: Hears each line.
    """

    listener: Callable[[str], None] = _ignore
    recent: "deque[str]" = attrs.field(factory=lambda: deque(maxlen=_KEPT))
    _open: bytes = b""

    def write(self, data: bytes) -> None:
        """Take the next piece of output."""
        *lines, rest = (self._open + data).split(b"\n")
        while len(rest) > _LONGEST:
            lines.append(rest[:_LONGEST])
            rest = rest[_LONGEST:]
        self._open = rest
        for line in lines:
            self._add(line)

    def end(self) -> None:
        """Take what is left as the last line."""
        rest, self._open = self._open, b""
        if rest:
            self._add(rest)

    def _add(self, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip("\r")
        self.recent.append(text)
        self.listener(text)

    def complaint(self) -> str:
        """The message of the last JSON line of level error; without one, the last few lines."""
        for line in reversed(self.recent):
            message = _error(line)
            if message is not None:
                return message
        return "\n".join(list(self.recent)[-_SHOWN:])


def _error(line: str) -> str | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(entry, dict) or entry.get("level") != "error":
        return None
    message = entry.get("message")
    return message if isinstance(message, str) else None
