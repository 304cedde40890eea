"""Archives and single files on web servers."""

from pathlib import Path, PurePosixPath

import attrs

from knative_lambda.adapters.sources.archives.unpacking import kind_of, unpack
from knative_lambda.adapters.sources.credential_folder import CredentialFolder
from knative_lambda.adapters.sources.download import PIECE, check_size, save
from knative_lambda.adapters.sources.https_client import HttpsClient
from knative_lambda.adapters.sources.https_url import HttpsUrl
from knative_lambda.adapters.sources.kind import Found, SourceKind, refuse_ref
from knative_lambda.adapters.sources.limits import FetchLimits
from knative_lambda.adapters.sources.single_file import place
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.request import BuildRequest


@attrs.frozen
class WebFile(SourceKind):
    """Downloads *url*, and unpacks it if it is an archive."""

    url: HttpsUrl
    client: HttpsClient
    credentials: CredentialFolder
    limits: FetchLimits

    async def fetch(self, request: BuildRequest, work: Path) -> Found:
        """Its files; a file that is no archive is where the handler is looked for."""
        refuse_ref(request)
        credential = await self.credentials.named(request, self.url.endpoint)
        shown = None if credential is None else credential.authorization(for_git=False)
        file, most = work / "download", self.limits.tree.max_bytes
        async with self.client.get(self.url, shown) as answer:
            check_size(answer.response.content_length, most)
            await save(answer.response.content.iter_chunked(PIECE), file, most)
        name = PurePosixPath(self.url.path).name
        return await in_thread(lambda: opened(file, name, request, work / "tree", self.limits))


def opened(file: Path, name: str, request: BuildRequest, into: Path, limits: FetchLimits) -> Found:
    """What *file* holds, below the new folder *into*; *name* is what it was called.

    Raises:
        SourceRefusedError: It is not safe, too large, or nothing that could be built.
    """
    kind = kind_of(file)
    if kind is not None:
        return Found(unpack(file, kind, into, limits))
    place(file, name, request, into)
    return Found(into)
