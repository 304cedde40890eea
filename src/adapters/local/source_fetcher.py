"""A tenant's source in a directory of this machine."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import attrs

from knative_lambda.adapters.local.file_urls import path_of
from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.request import BuildRequest
from knative_lambda.ports.source_fetcher import SourceFetcher, SourceTree


@attrs.frozen
class DirectorySourceFetcher(SourceFetcher):
    """Gives the directory itself, uncopied: for one's own code, since it reads any directory."""

    def fetch(self, request: BuildRequest) -> AbstractAsyncContextManager[SourceTree]:
        """The directory that a `file:///...` URL names."""
        return self._fetch(request)

    @asynccontextmanager
    async def _fetch(self, request: BuildRequest) -> AsyncIterator[SourceTree]:
        yield SourceTree(await asyncio.to_thread(_directory, request))


def _directory(request: BuildRequest) -> Path:
    for field, value in (
        ("source_ref", request.source_ref),
        ("source_credentials", request.source_credentials),
    ):
        if value is not None:
            detail = f"{field}: a directory has none; leave it out"
            raise SourceRefusedError(Reason.SOURCE_REJECTED, detail)
    try:
        root = Path(os.path.realpath(path_of(request.source_url)))
    except ValueError as error:
        detail = f"source_url: {request.source_url}: {error}"
        raise SourceRefusedError(Reason.SOURCE_REJECTED, detail) from error
    directory = Path(os.path.realpath(root / request.source_path))
    if not directory.is_relative_to(root):
        detail = f"source_path: {request.source_path}: must stay inside of the source"
        raise SourceRefusedError(Reason.SOURCE_REJECTED, detail)
    for field, given, path in (
        ("source_url", request.source_url, root),
        ("source_path", request.source_path, directory),
    ):
        if not path.is_dir():
            detail = f"{field}: {given}: there is no such directory"
            raise SourceRefusedError(Reason.SOURCE_NOT_FOUND, detail)
    return directory
