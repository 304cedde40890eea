"""A tar stream, not compressed, of files wherever they are to lie: equal files give equal bytes."""

import errno
import hashlib
import tarfile
from collections.abc import Iterable, Iterator
from typing import Final

from knative_lambda.adapters.packing import content, headers
from knative_lambda.adapters.packing.members import Member

# What lies at a path: a file, or, where it is `None`, a directory.
Entry = tuple[str, Member | None]

_BLOCK: Final = 65_536
_GONE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EINVAL, errno.EACCES})


class TreeChangedError(Exception):
    """A file that is no longer what was scanned; the stream ended before it was whole."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"'{self.path}' changed after it was scanned; leave the source alone and try again."


def tarred(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The stream, in blocks of one size, the last one of what is left.

    Directories have mode 0755; all entries belong to 0:0 and bear the time `MTIME`. An entry is
    plain ustar unless its name is long or not ASCII, or its size 8 GiB or more; then a PAX header
    goes before it.

    Memory in use is a few pieces, whatever the sizes. A file that differs from what was scanned
    raises TreeChangedError, always before the last block.
    """
    # What a compressor makes of bytes may depend on how they are cut, and each call costs its time.
    waiting = bytearray()
    for part in _parts(entries):
        waiting += part
        if len(waiting) >= _BLOCK:
            whole = len(waiting) - len(waiting) % _BLOCK
            for start in range(0, whole, _BLOCK):
                yield bytes(waiting[start : start + _BLOCK])
            del waiting[:whole]
    yield bytes(waiting)


def new_parents(path: str, made: set[str]) -> list[str]:
    """The directories of *path* that are not *made*, the outermost first; now they are."""
    found: list[str] = []
    parent = path.rpartition("/")[0]
    while parent not in made:
        made.add(parent)
        found.insert(0, parent)
        parent = parent.rpartition("/")[0]
    return found


def _parts(entries: Iterable[Entry]) -> Iterator[bytes | memoryview]:
    written = 0
    for path, member in entries:
        if member is None:
            yield (header := headers.directory(path))
            written += len(header)
            continue
        yield (header := headers.file(path, member.mode, member.size))
        yield from content_of(member)
        yield (padding := bytes(-member.size % tarfile.BLOCKSIZE))
        written += len(header) + member.size + len(padding)
    end = 2 * tarfile.BLOCKSIZE
    yield bytes(end + -(written + end) % tarfile.RECORDSIZE)


def content_of(member: Member) -> Iterator[bytes | memoryview]:
    """What was scanned, each piece valid until the next is asked for; else TreeChangedError."""
    digest = hashlib.sha256()
    size = 0
    for piece in _origin(member):
        size += len(piece)
        if size > member.size:
            break
        digest.update(piece)
        yield piece
    if size != member.size or digest.hexdigest() != member.sha256:
        raise TreeChangedError(member.path)


def _origin(member: Member) -> Iterator[bytes | memoryview]:
    if isinstance(member.origin, bytes):
        yield member.origin
        return
    try:
        file = content.opened(member.origin)
    except OSError as error:
        if error.errno in _GONE:
            raise TreeChangedError(member.path) from error
        raise
    with file:
        yield from content.pieces(file)
