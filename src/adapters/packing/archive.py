"""The build context as a gzip tar stream: equal trees give equal bytes."""

from collections.abc import Iterator, Sequence

from knative_lambda.adapters.gzipped import gzipped
from knative_lambda.adapters.packing import content
from knative_lambda.adapters.packing.members import Member, ordered
from knative_lambda.adapters.packing.tarred import Entry, new_parents, tarred


def stream(members: Sequence[Member], piece: int = content.PIECE) -> Iterator[bytes]:
    """The archive, in pieces of `piece` bytes, the last one of what is left.

    It holds the directory `./`, then each file in the order of `ordered`, each directory once
    before its first file. The bytes depend on nothing but paths, modes and contents, and on the
    version of zlib-ng and the kind of processor.

    A file that differs from what was scanned raises TreeChangedError, always before the last
    piece.
    """
    waiting = bytearray()
    for compressed in gzipped(tarred(_entries(ordered(members)))):
        waiting += compressed
        while len(waiting) >= piece:
            yield bytes(waiting[:piece])
            del waiting[:piece]
    if waiting:
        yield bytes(waiting)


def _entries(members: Sequence[Member]) -> Iterator[Entry]:
    yield "./", None
    made = {""}
    for member in members:
        for parent in new_parents(member.path, made):
            yield parent, None
        yield member.path, member
