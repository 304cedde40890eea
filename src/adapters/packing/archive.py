"""The build context as a gzip tar stream: equal trees give equal bytes."""

import errno
import hashlib
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache

from knative_lambda.adapters.packing import content
from knative_lambda.adapters.packing.members import Member, ordered, parents

# 1980-01-01T00:00:00Z, the earliest time a zip file can hold: some tools take 0 for "no time",
# and Python's own zip writer refuses anything earlier.
MTIME = 315_532_800

# Within two percent of level 6 in size on a tree of sources, in two thirds of its time.
_LEVEL = 5
_SMALL = 32_768  # bytes of a block that is worth a call of its own
_GZIP = 16 + zlib.MAX_WBITS  # zlib writes the gzip header itself: no file name, time 0
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
    modes and contents, and on the versions of Python and zlib.

    Memory in use is a few pieces, whatever the sizes. A file that differs from what was
    scanned raises TreeChangedError, always before the last piece.
    """
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    waiting = bytearray()
    for block in _gathered(_blocks(ordered(members))):
        waiting += deflate.compress(block)
        while len(waiting) >= piece:
            yield bytes(waiting[:piece])
            del waiting[:piece]
    waiting += deflate.flush()
    for start in range(0, len(waiting), piece):
        yield bytes(waiting[start : start + piece])


def _gathered(blocks: Iterator[bytes | memoryview]) -> Iterator[bytes | memoryview]:
    """The same bytes in fewer pieces: most files are small, and each call costs its time."""
    small = bytearray()
    for block in blocks:
        if len(block) >= _SMALL:
            yield bytes(small)
            small.clear()
            yield block
            continue
        small += block
        if len(small) >= _SMALL:
            yield bytes(small)
            small.clear()
    yield bytes(small)


def _blocks(members: Sequence[Member]) -> Iterator[bytes | memoryview]:
    written = 0
    yield (header := _header("./", 0o755, 0, tarfile.DIRTYPE))
    written += len(header)
    made: set[str] = set()
    for member in members:
        for parent in reversed(parents(member.path)):
            if parent not in made:
                made.add(parent)
                yield (header := _header(parent, 0o755, 0, tarfile.DIRTYPE))
                written += len(header)
        yield (header := _header(member.path, member.mode, member.size, tarfile.REGTYPE))
        yield from _content(member)
        yield (padding := bytes(-member.size % tarfile.BLOCKSIZE))
        written += len(header) + member.size + len(padding)
    end = 2 * tarfile.BLOCKSIZE
    yield bytes(end + -(written + end) % tarfile.RECORDSIZE)


# The files of a wrapper are the same in each context.
@lru_cache(maxsize=1024)
def _header(name: str, mode: int, size: int, kind: bytes) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.mode, entry.size, entry.type, entry.mtime = mode, size, kind, MTIME
    return entry.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")


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
