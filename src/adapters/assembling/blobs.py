"""Blobs brought from one repository to another, each once, with bounded memory."""

import io
import tempfile
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

from knative_lambda.adapters.assembling.documents import Descriptor
from knative_lambda.adapters.assembling.origin import Source
from knative_lambda.adapters.oci.digests import digest_of
from knative_lambda.adapters.oci.repository import Blob, Repository
from knative_lambda.domain.errors import SetupError


def held(body: bytes) -> Blob:
    """A blob that is in memory."""
    return Blob(digest_of(body), len(body), lambda: io.BytesIO(body))


async def brought(described: Descriptor, source: Repository, target: Repository) -> int:
    """Have in *target* what *source* has, which is of the same registry; the bytes sent.

    Raises:
        SetupError: The registry refuses.
        TransientError: It cannot be reached.
    """
    if await target.has(described.digest) or await target.mount(described.digest, source.name):
        return 0
    return await carried(described, source, target)


async def carried(described: Descriptor, source: Source, target: Repository) -> int:
    """The same, where *source* is of any registry."""
    async with _fetched(described, source) as blob:
        return await target.send(blob)


@asynccontextmanager
async def _fetched(described: Descriptor, source: Source) -> AsyncIterator[Blob]:
    with tempfile.NamedTemporaryFile(prefix="blob-") as file:
        size = 0
        async with aclosing(source.fetch(described.digest, described.size)) as pieces:
            async for piece in pieces:
                size += file.write(piece)
        if size != described.size:
            raise SetupError(f"{described.digest} has another size than its image tells")
        file.flush()
        path = Path(file.name)
        yield Blob(described.digest, size, lambda: path.open("rb"))
