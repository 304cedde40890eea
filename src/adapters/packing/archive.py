"""The build context as a gzip tar stream: equal trees give equal bytes."""

import errno
import hashlib
import tarfile
from collections.abc import Iterator, Sequence

from knative_lambda.adapters.gzipped import gzipped
from knative_lambda.adapters.packing import content, headers
from knative_lambda.adapters.packing.members import Member, ordered

_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EINVAL, errno.EACCES})


class TreeChangedError(Exception):
    """A file that is no longer what was scanned; the stream ended before it was whole."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"'{self.path}' changed after it was scanned; leave the source alone and try again."


def stream(members: Sequence[Member], piece: int = content.PIECE) -> Iterator[bytes]:
    """The archive, in pieces of `piece` bytes, the last one of what is left.

    It holds the directory `./`, then each file in the order of `ordered`, each directory once
    before its first file. Directories have mode 0755; all entries belong to 0:0 and bear the
    time `MTIME`. An entry is plain ustar unless its name is long or not ASCII, or its size
    8 GiB or more; then a PAX header goes before it. The bytes depend on nothing but paths,
    modes and contents, and on the version of zlib-ng and the kind of processor.

    Memory in use is a few pieces, whatever the sizes. A file that differs from what was
    scanned raises TreeChangedError, always before the last piece.
    """
    waiting = bytearray()
    for compressed in gzipped(_blocks(ordered(members))):
        waiting += compressed
        while len(waiting) >= piece:
            yield bytes(waiting[:piece])
            del waiting[:piece]
    if waiting:
        yield bytes(waiting)


def _blocks(members: Sequence[Member]) -> Iterator[bytes | memoryview]:
    written = 0
    yield (header := headers.directory("./"))
    written += len(header)
    made = {""}
    for member in members:
        for parent in _new_parents(member.path, made):
            yield (header := headers.directory(parent))
            written += len(header)
        yield (header := headers.file(member.path, member.mode, member.size))
        yield from _content(member)
        yield (padding := bytes(-member.size % tarfile.BLOCKSIZE))
        written += len(header) + member.size + len(padding)
    end = 2 * tarfile.BLOCKSIZE
    yield bytes(end + -(written + end) % tarfile.RECORDSIZE)


def _new_parents(path: str, made: set[str]) -> Sequence[str]:
    """The directories of *path* that are not *made*, the outermost first; now they are."""
    found: list[str] = []
    parent = path.rpartition("/")[0]
    while parent not in made:
        made.add(parent)
        found.insert(0, parent)
        parent = parent.rpartition("/")[0]
    return found


def _content(member: Member) -> Iterator[bytes | memoryview]:
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
