"""One repository of a registry, as somebody who pushes and pulls: blobs and manifests.

Source: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
"""

from collections.abc import AsyncGenerator

import attrs

from knative_lambda.adapters.oci.blobs import LARGEST, Blobs
from knative_lambda.adapters.oci.client import RegistryClient
from knative_lambda.adapters.oci.endpoint import Endpoint
from knative_lambda.adapters.oci.manifests import Manifest, Manifests
from knative_lambda.adapters.oci.referrers import Referrers
from knative_lambda.adapters.oci.retries import Retries
from knative_lambda.adapters.oci.uploads import Blob, Uploads

__all__ = ["Blob", "Manifest", "Repository"]


@attrs.frozen
class Repository:
    """Reads and writes there; what goes wrong for a moment is tried again a few times."""

    client: RegistryClient
    name: str
    retries: Retries = attrs.field(factory=Retries)

    async def has(self, digest: str) -> bool:
        """Whether the blob is there."""
        return await self._blobs.has(digest, self._endpoint.reading)

    async def mount(self, digest: str, source: str) -> bool:
        """Have the blob here that the repository *source* of the same registry has.

        Returns:
            False where the registry does not do that: nothing is begun then.
        """
        return await self._uploads.mount(digest, source)

    async def send(self, blob: Blob) -> int:
        """Have *blob* here; gives the bytes that were sent: none if it is there.

        Raises:
            SetupError: The registry refuses.
            TransientError: It cannot be reached, or took something else than what was sent.
        """
        return await self._uploads.send(blob)

    def fetch(self, digest: str, most: int = LARGEST) -> AsyncGenerator[bytes, None]:
        """The blob, piece by piece; TransientError at the end if it is not what *digest* says.

        Args:
            most: Bytes that it may have; its descriptor tells them.

        Raises:
            SetupError: It is not there, or larger than *most*, or the registry refuses.
            TransientError: The registry cannot be reached.
        """
        return self._blobs.fetch(digest, most)

    async def manifest(self, reference: str) -> Manifest | None:
        """What a tag or a digest stands for, if it is there."""
        return await self._manifests.get(reference)

    async def tag(self, manifest: Manifest, tag: str) -> str | None:
        """Put *manifest* under *tag*, or under its own digest if that is what *tag* is.

        Returns:
            Its digest; `None` where the tag is there, and cannot be overwritten.
        """
        return await self._manifests.tag(manifest, tag)

    async def attach(self, manifest: Manifest) -> str | None:
        """Put *manifest*, which has a `subject`, so that whoever has the subject finds it.

        Where the registry does not list referrers, the tag that the specification names for it
        does; where that cannot be written, nothing is attached.

        Returns:
            Its digest; `None`: it is not attached.
        """
        return await Referrers(self._manifests).attach(manifest)

    @property
    def _endpoint(self) -> Endpoint:
        return Endpoint(self.client, self.name, self.retries)

    @property
    def _blobs(self) -> Blobs:
        return Blobs(self._endpoint)

    @property
    def _uploads(self) -> Uploads:
        return Uploads(self._endpoint, self._blobs)

    @property
    def _manifests(self) -> Manifests:
        return Manifests(self._endpoint)
