"""Blobs brought from one repository to another, each once, with bounded memory and disk."""

import asyncio
import io
import tempfile
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Final

import attrs

from knative_lambda.adapters.assembling.documents import Descriptor
from knative_lambda.adapters.assembling.origin import Source
from knative_lambda.adapters.oci.digests import digest_of
from knative_lambda.adapters.oci.repository import Blob, Repository
from knative_lambda.domain.errors import SetupError

AT_ONCE: Final = 3  # blobs on their way, each of which lies on the disk


def held(body: bytes) -> Blob:
    """A blob that is in memory."""
    return Blob(digest_of(body), len(body), lambda: io.BytesIO(body))


@attrs.frozen(eq=False)
class Carrier:
    """Brings blobs for all who need any: they share the disk, and so wait for each other."""

    _turns: asyncio.Semaphore = attrs.field(factory=lambda: asyncio.Semaphore(AT_ONCE), init=False)

    async def bring(self, described: Descriptor, source: Repository, target: Repository) -> int:
        """Have in *target* what *source* has, which is of the same registry; the bytes sent.

        Raises:
            SetupError: The registry refuses.
            TransientError: It cannot be reached.
        """
        if await target.has(described.digest) or await target.mount(described.digest, source.name):
            return 0
        return await self.carry(described, source, target)

    async def carry(self, described: Descriptor, source: Source, target: Repository) -> int:
        """The same, where *source* is of any registry."""
        async with self._turns, _fetched(described, source) as blob:
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
