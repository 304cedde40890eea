"""Repositories over https: found by us, redirects and all, before git gets there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import attrs

from knative_lambda.adapters.sources.credential import Credential
from knative_lambda.adapters.sources.credential_folder import CredentialFolder
from knative_lambda.adapters.sources.git.access import Access
from knative_lambda.adapters.sources.git.source import Transport
from knative_lambda.adapters.sources.host_names import address_of
from knative_lambda.adapters.sources.https_client import Answer, HttpsClient
from knative_lambda.adapters.sources.https_url import HttpsUrl
from knative_lambda.adapters.sources.refusals import rejected
from knative_lambda.domain.request import BuildRequest

_REFS: Final = "/info/refs"
_QUERY: Final = "?service=git-upload-pack"
_ADVERTISEMENT: Final = "application/x-git-upload-pack-advertisement"


@attrs.frozen
class GitOverHttps(Transport):
    """The repository at *url*, which has no query."""

    url: HttpsUrl
    client: HttpsClient
    credentials: CredentialFolder

    async def access(self, request: BuildRequest, work: Path) -> Access:  # noqa: ARG002 - needs no file
        """Where the repository is in the end; the credential only if that is where it was named."""
        credential = await self.credentials.named(request, self.url.endpoint)
        shown = None if credential is None else credential.authorization(for_git=True)
        asked = HttpsUrl(self.url.endpoint, self.url.path.rstrip("/") + _REFS, _QUERY)
        async with self.client.get(asked, shown) as answer:
            if not _is_repository(answer):
                raise rejected(
                    f"source_url: {self.url.shown}: must lead to a git repository, to a tar, "
                    "tar.gz or zip archive, or to a single source file"
                )
            return self._access(answer, None if answer.was_led else credential)

    def _access(self, answer: Answer, credential: Credential | None) -> Access:
        url = HttpsUrl(answer.url.endpoint, answer.url.path.removesuffix(_REFS))
        settings: dict[str, str] = {"http.lowSpeedLimit": "1"}
        settings["http.lowSpeedTime"] = str(round(self.client.limits.silence))
        settings.update(_pinned(answer))
        if self.client.authority is not None:
            settings["http.sslCAInfo"] = str(self.client.authority)
        if credential is not None:
            header = f"Authorization: {credential.authorization(for_git=True)}"
            settings[f"http.{url.origin}/.extraHeader"] = header
        return Access(str(url), "https", settings)


def _is_repository(answer: Answer) -> bool:
    of_kind = answer.response.content_type == _ADVERTISEMENT
    return of_kind and answer.url.path.endswith(_REFS) and answer.url.query == _QUERY


def _pinned(answer: Answer) -> Mapping[str, str]:
    endpoint = answer.url.endpoint
    if address_of(endpoint.host) is not None:
        return {}
    written = [f"[{place}]" if place.version == 6 else str(place) for place in answer.addresses]  # noqa: PLR2004 - of IP
    return {"http.curloptResolve": f"{endpoint.host}:{endpoint.port}:{','.join(written)}"}
