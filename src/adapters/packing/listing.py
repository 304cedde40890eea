"""What a packed context holds, read back from its own bytes."""

import tempfile
from collections.abc import Iterable

import attrs

from knative_lambda.adapters.packing.generated import DOCKERFILE
from knative_lambda.adapters.packing.reader import entries


@attrs.frozen
class ListedFile:
    """A file of the context; *size* in bytes."""

    path: str
    mode: int
    size: int


@attrs.frozen
class Listing:
    """A context's files in their order, and the Dockerfile that builds it."""

    files: tuple[ListedFile, ...]
    dockerfile: str = attrs.field(repr=False)


def listing(pieces: Iterable[bytes]) -> Listing:
    """What the archive in *pieces* holds."""
    files: list[ListedFile] = []
    dockerfile = b""
    with tempfile.TemporaryFile() as archive:
        for piece in pieces:
            archive.write(piece)
        archive.seek(0)
        for entry in entries(archive):
            if entry.pieces is None:
                continue
            size = 0
            for piece in entry.pieces:
                size += len(piece)
                if entry.path == DOCKERFILE:
                    dockerfile += piece
            files.append(ListedFile(entry.path, entry.mode, size))
    return Listing(tuple(files), dockerfile.decode())
