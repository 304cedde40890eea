"""Reading of local files by pieces, never through a link and never from anything but a file."""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Self

import attrs

PIECE = 1 << 20

# NONBLOCK: a fifo put in a file's place must not hold the packer up.
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@attrs.frozen
class LocalFile:
    """A regular file, opened; leaving it closes it.

    Attributes:
        status: As it was when it was opened.
    """

    descriptor: int
    status: os.stat_result

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        os.close(self.descriptor)

    def read(self, most: int) -> bytes:
        """So many bytes of it, or what there is; a regular file gives fewer only at its end."""
        return os.read(self.descriptor, most)


def opened(path: Path) -> LocalFile:
    """The regular file at the path, opened; an OSError (ELOOP, EINVAL) when it is none."""
    descriptor = os.open(path, _FLAGS)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file")
    return LocalFile(descriptor, status)


def pieces(file: LocalFile) -> Iterator[bytes | memoryview]:
    """The file's content to its end; each piece is valid until the next is asked for."""
    size = file.status.st_size
    if size < PIECE:  # as most are: one call, which would also see that there is more by now
        content = file.read(size + 1)
        yield content
        if len(content) <= size:
            return
    buffer = memoryview(bytearray(PIECE))
    while count := os.readv(file.descriptor, [buffer]):
        yield buffer[:count]


def read(file: IO[bytes]) -> Iterator[bytes]:
    """The content to its end of what is no local file, such as an archive's entry."""
    while piece := file.read(PIECE):
        yield piece
