"""Tenants' sources that were put into the context store."""

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final

import attrs

from knative_lambda.adapters.packing.context_builder import LIMITS
from knative_lambda.adapters.packing.tree import TreeLimits
from knative_lambda.adapters.packing.unpack import ArchiveRefusedError, unpack
from knative_lambda.adapters.threads import in_thread
from knative_lambda.adapters.uploads.address import SCHEME, key_of, sha256_of
from knative_lambda.adapters.uploads.bounds import check_bounds
from knative_lambda.adapters.uploads.download import Download, download
from knative_lambda.domain.errors import SourceRefusedError, TransientError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.request import BuildRequest
from knative_lambda.ports.context_store import ContextStore
from knative_lambda.ports.source_fetcher import SourceFetcher, SourceTree

_EXPIRES_IN: Final = 900  # seconds
# Of an archive of the largest tree: it may not get smaller, and it says something of each file.
_ARCHIVED: Final = 1.2


@attrs.frozen
class UploadedSources(SourceFetcher):
    """Unpacks what was uploaded for the very function that a request names.

    Attributes:
        others: Fetches what is no upload.
        contexts: Where uploads lie, beside the contexts.
        download: Writes what lies behind a presigned URL to a file.
        limits: Of what an upload unpacks to.
    """

    others: SourceFetcher
    contexts: ContextStore
    download: Download = download
    limits: TreeLimits = LIMITS

    def fetch(self, request: BuildRequest) -> AbstractAsyncContextManager[SourceTree]:
        """A copy of the upload that an `upload:` URL names; any other source from elsewhere."""
        if request.source_url.startswith(SCHEME):
            return self._fetch(request)
        return self.others.fetch(request)

    @asynccontextmanager
    async def _fetch(self, request: BuildRequest) -> AsyncIterator[SourceTree]:
        sha256 = _named(request)
        work = tempfile.TemporaryDirectory(prefix="upload-")
        try:
            archive, tree = Path(work.name, "archive"), Path(work.name, "tree")
            await self._get(request, sha256, archive)
            await in_thread(lambda: _unpack(archive, tree, self.limits))
            yield SourceTree(_inside(tree, request.source_path))
        finally:
            await in_thread(work.cleanup)

    async def _get(self, request: BuildRequest, sha256: str, archive: Path) -> None:
        url = await self.contexts.presign(key_of(request.function, sha256), _EXPIRES_IN)
        try:
            most = int(self.limits.max_bytes * _ARCHIVED)
            found = await self.download(url, archive, most)
        except FileNotFoundError as error:
            detail = (
                f"source_url: {request.source_url}: was not uploaded for this function, or is kept "
                "no longer; submit the folder again, to the context store that the service uses"
            )
            raise SourceRefusedError(Reason.SOURCE_NOT_FOUND, detail) from error
        if found != sha256:
            raise _rejected(f"source_url: {request.source_url}: what lies there has another hash")


def _named(request: BuildRequest) -> str:
    for field, value in (
        ("source_ref", request.source_ref),
        ("source_credentials", request.source_credentials),
    ):
        if value is not None:
            raise _rejected(f"{field}: an upload has none; leave it out")
    try:
        return sha256_of(request.source_url)
    except ValueError as error:
        raise _rejected(f"source_url: {request.source_url[:100]}: {error}") from error


def _unpack(archive: Path, tree: Path, limits: TreeLimits) -> None:
    try:
        with archive.open("rb") as stream:
            check_bounds(stream, limits)
            stream.seek(0)
            unpack(stream, tree)
    except ArchiveRefusedError as error:
        raise _rejected(f"source_url: the upload cannot be unpacked: {error}") from error
    except OSError as error:
        raise TransientError(f"the upload cannot be unpacked: {error.strerror}") from error


def _inside(tree: Path, source_path: str) -> Path:
    directory = Path(os.path.normpath(tree / source_path))  # it has no links: nothing to resolve
    if not directory.is_relative_to(tree):
        raise _rejected(f"source_path: {source_path}: must stay inside of the source")
    if not directory.is_dir():
        detail = f"source_path: {source_path}: there is no such directory"
        raise SourceRefusedError(Reason.SOURCE_NOT_FOUND, detail)
    return directory


def _rejected(detail: str) -> SourceRefusedError:
    return SourceRefusedError(Reason.SOURCE_REJECTED, detail)
