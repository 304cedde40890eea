"""What is to be seen on a terminal, of what was written to it."""

import re
from typing import Final

_PIECES: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\r\n]|[^\x1b\r\n]+")


def screen(written: str) -> list[str]:
    """The lines, without colours, and without what was cleared or written over."""
    lines, at = [""], 0
    for piece in _PIECES.findall(written):
        line = lines[-1]
        if piece == "\n":
            lines.append("")
            at = 0
        elif piece == "\r":
            at = 0
        elif piece == "\x1b[K":
            lines[-1] = line[:at]
        elif not piece.startswith("\x1b"):
            lines[-1] = line[:at].ljust(at) + piece + line[at + len(piece) :]
            at += len(piece)
    return lines
