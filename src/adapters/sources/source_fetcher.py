"""The port, on the network."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Self

import attrs

from knative_lambda.adapters.sources.buckets import AllowedBuckets
from knative_lambda.adapters.sources.credential_folder import CredentialFolder
from knative_lambda.adapters.sources.guard import Guard
from knative_lambda.adapters.sources.https_client import HttpsClient
from knative_lambda.adapters.sources.kind import Found, SourceKind
from knative_lambda.adapters.sources.limits import FetchLimits
from knative_lambda.adapters.sources.refusals import not_found, rejected, too_large
from knative_lambda.adapters.sources.routing import Router
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.request import BuildRequest
from knative_lambda.ports.source_fetcher import SourceFetcher, SourceTree


@attrs.frozen
class NetworkSources(SourceFetcher):
    """Fetches into a folder of its own for each request, which is all that a source can touch."""

    router: Router

    @classmethod
    def of(
        cls,
        guard: Guard,
        buckets: AllowedBuckets,
        authority: Path | None,
        credentials: Path | None,
    ) -> Self:
        """Within the usual limits.

        Args:
            authority: The file of the certificates to trust; `None`: those of the system.
            credentials: A folder with one for each; `None`: there are none.
        """
        limits = FetchLimits()
        client = HttpsClient(guard, limits, authority)
        return cls(Router(client, CredentialFolder(credentials), buckets, limits))

    def fetch(self, request: BuildRequest) -> AbstractAsyncContextManager[SourceTree]:
        """The source that *request* names, whichever kind it is of."""
        return self._fetch(request)

    @asynccontextmanager
    async def _fetch(self, request: BuildRequest) -> AsyncIterator[SourceTree]:
        kind = self.router.kind(request.source_url)
        work = tempfile.TemporaryDirectory(prefix="source-")
        try:
            found = await self._found(kind, request, Path(work.name))
            yield SourceTree(await in_thread(lambda: _inside(found, request)), found.revision)
        finally:
            await in_thread(work.cleanup)

    async def _found(self, kind: SourceKind, request: BuildRequest, work: Path) -> Found:
        seconds = self.router.limits.seconds
        try:
            async with asyncio.timeout(seconds) as deadline:
                return await kind.fetch(request, work)
        except OSError as error:
            if deadline.expired():
                detail = f"source_url: could not be fetched within {seconds:g} seconds"
                raise too_large(f"{detail}; leave some files out") from error
            raise TransientError(f"a source cannot be kept: {type(error).__name__}") from error


def _inside(found: Found, request: BuildRequest) -> Path:
    root = Path(os.path.realpath(found.directory))
    directory = Path(os.path.realpath(root / request.source_path))
    if not directory.is_relative_to(root):
        raise rejected(f"source_path: {request.source_path}: must stay inside of the source")
    if not directory.is_dir():
        raise not_found(f"source_path: {request.source_path}: there is no such directory")
    return directory
