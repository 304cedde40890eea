"""Reading of local files by pieces, never through a link and never from anything but a file."""

import errno
import os
import stat
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import IO

PIECE = 1 << 20

# NONBLOCK: a fifo put in a file's place must not hold the packer up.
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def opened(path: Path) -> FileIO:
    """The regular file at the path, opened; an OSError (ELOOP, EINVAL) when it is none."""
    file = FileIO(os.open(path, _FLAGS))
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "not a regular file")
    return file


def pieces(file: FileIO) -> Iterator[memoryview]:
    """The file's content to its end; each piece is valid until the next is asked for."""
    buffer = memoryview(bytearray(min(PIECE, os.fstat(file.fileno()).st_size + 1)))
    while count := file.readinto(buffer):
        yield buffer[:count]


def read(file: IO[bytes]) -> Iterator[bytes]:
    """The content to its end of what is no local file, such as an archive's entry."""
    while piece := file.read(PIECE):
        yield piece
