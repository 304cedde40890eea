"""Standard output, whose failures are told from those of all other files and connections."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Self, TextIO

_NUMBER: Final = 1  # of its descriptor


class OutputError(OSError):
    """What a command tells cannot be written; *errno* and *strerror* say why."""


class StandardOutput(io.TextIOWrapper):
    """As `sys.stdout`, but that whatever fails is an `OutputError`.

    Attributes:
        plain: In whose place it stands; if that went, it would close the descriptor for both.
    """

    plain: TextIO

    @classmethod
    def taken(cls) -> Self:
        """Stands in for `sys.stdout` from now on."""
        plain = sys.stdout or _closed()
        one = cls(plain.buffer, plain.encoding, plain.errors)
        through = bool(getattr(plain, "write_through", False))
        one.reconfigure(line_buffering=bool(plain.line_buffering), write_through=through)
        one.plain = plain
        sys.stdout = one
        return one

    def write(self, text: str) -> int:
        """The number of characters."""
        with _told():
            return super().write(text)

    def flush(self) -> None:
        """Write what is still kept back."""
        with _told():
            super().flush()

    def give_up(self) -> None:
        """Write nothing any more: what is kept back must not be tried again at exit."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), _NUMBER)


def _closed() -> io.TextIOWrapper:
    # Its number is taken, lest another file gets it; a file to be read refuses what is written.
    os.dup2(os.open(os.devnull, os.O_RDONLY), _NUMBER)
    return open(_NUMBER, "w", encoding="utf-8", closefd=False)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(error.errno, error.strerror) from error
