"""Which kind of source a URL names."""

import re
from pathlib import PurePosixPath
from typing import Final

import attrs

from knative_lambda.adapters.packing import names
from knative_lambda.adapters.sources.buckets import AllowedBuckets, Place
from knative_lambda.adapters.sources.credential_folder import CredentialFolder
from knative_lambda.adapters.sources.data_url import DataUrl
from knative_lambda.adapters.sources.forges import page
from knative_lambda.adapters.sources.git.https import GitOverHttps
from knative_lambda.adapters.sources.git.source import GitSource
from knative_lambda.adapters.sources.git.ssh import GitOverSsh
from knative_lambda.adapters.sources.https_client import HttpsClient
from knative_lambda.adapters.sources.https_url import HttpsUrl
from knative_lambda.adapters.sources.kind import SourceKind
from knative_lambda.adapters.sources.limits import FetchLimits
from knative_lambda.adapters.sources.refusals import rejected
from knative_lambda.adapters.sources.s3_object import S3Object
from knative_lambda.adapters.sources.ssh_url import SshUrl
from knative_lambda.adapters.sources.web_files import WebFile

_FILES: Final = re.compile(r".*\.(?:tar|tar\.gz|tgz|zip|js|mjs|cjs|ts|py|go)", re.IGNORECASE)


@attrs.frozen
class Router:
    """Knows all kinds of sources."""

    client: HttpsClient
    credentials: CredentialFolder
    buckets: AllowedBuckets
    limits: FetchLimits

    def kind(self, source_url: str) -> SourceKind:
        """The kind of *source_url*.

        Raises:
            SourceRefusedError: It is of none.
        """
        scheme = source_url.partition(":")[0]
        if scheme == "data":
            return DataUrl(source_url, self.limits)
        if scheme == "https":
            return self._https(source_url)
        try:
            if scheme == "s3":
                return S3Object(Place.of(source_url), self.buckets, self.limits)
            if scheme == "ssh" or "://" not in source_url:
                return self._ssh(SshUrl.of(source_url))
        except ValueError as error:
            raise rejected(f"source_url: {names.shown(source_url)}: {error}") from error
        raise rejected("source_url: must be of scheme https, ssh, s3, upload or data")

    def _https(self, source_url: str) -> SourceKind:
        try:
            url = HttpsUrl.of(source_url)
        except ValueError as error:
            raise rejected(f"source_url: {error}") from error
        shown = page(url)
        if shown is not None:
            return self._git(shown.repository, shown.tail)
        if url.query or _FILES.fullmatch(PurePosixPath(url.path).name):
            return WebFile(url, self.client, self.credentials, self.limits)
        return self._git(url, "")

    def _ssh(self, url: SshUrl) -> SourceKind:
        transport = GitOverSsh(url, self.client.guard, self.credentials, self.limits)
        return GitSource(transport, self.limits)

    def _git(self, url: HttpsUrl, tail: str) -> SourceKind:
        return GitSource(GitOverHttps(url, self.client, self.credentials), self.limits, tail)
