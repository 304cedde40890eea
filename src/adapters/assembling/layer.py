"""A layer of ours: files as a tar, compressed, with what it is called before and after that."""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Final, Self

import attrs

from knative_lambda.adapters.assembling.documents import OCI_LAYER, Descriptor
from knative_lambda.adapters.gzipped import gzipped
from knative_lambda.adapters.oci.repository import Blob

_IN_MEMORY: Final = 1 << 20  # bytes of a layer; a larger one lies on the disk


@attrs.frozen
class Layer:
    """It can be sent, by one at a time, as long as its file is open.

    Attributes:
        diff_id: The digest of the tar.
    """

    blob: Blob
    diff_id: str

    @classmethod
    def packed(cls, tar: Iterable[bytes], file: IO[bytes]) -> Self:
        """That of *tar*, read once and written to the empty *file*; it blocks."""
        before, after = hashlib.sha256(), hashlib.sha256()
        size = 0
        for piece in gzipped(_watched(tar, before.update)):
            after.update(piece)
            size += file.write(piece)
        blob = Blob(f"sha256:{after.hexdigest()}", size, lambda: _from_start(file))
        return cls(blob, f"sha256:{before.hexdigest()}")

    @property
    def described(self) -> Descriptor:
        """As manifests have it."""
        return Descriptor(OCI_LAYER, self.blob.digest, self.blob.size)


def room() -> IO[bytes]:
    """An empty file, whose place on the disk, if it takes any, is free again once it is closed."""
    return tempfile.SpooledTemporaryFile(_IN_MEMORY, prefix="layer-")


@contextmanager
def _from_start(file: IO[bytes]) -> Iterator[IO[bytes]]:
    file.seek(0)
    yield file


def _watched(pieces: Iterable[bytes], update: Callable[[bytes], None]) -> Iterator[bytes]:
    for piece in pieces:
        update(piece)
        yield piece
