"""The port, on any registry that speaks the OCI distribution API."""

import attrs

from knative_lambda.adapters.oci.client import RegistryClient
from knative_lambda.adapters.oci.digests import digest_of, is_digest
from knative_lambda.adapters.oci.media_types import MEDIA_TYPES
from knative_lambda.domain.errors import SetupError
from knative_lambda.domain.image_name import ImageName
from knative_lambda.ports.image_registry import ImageRegistry


@attrs.frozen
class OciImageRegistry(ImageRegistry):
    """Reads tags; that they are not overwritten is the registry's own affair, where it can.

    An image of several platforms has the digest of its index.
    """

    client: RegistryClient

    async def ensure(self, repository: str) -> None:
        """Nothing: the first push makes it, and only a pusher can tell whether it may."""

    async def digest(self, image: str) -> str | None:
        """What the registry calls it. An image of another registry is not there.

        Raises:
            SetupError: There is something to mend.
            TransientError: The registry cannot be reached.
        """
        name = ImageName.parse(image)
        if name.host != self.client.address.host:
            return None
        headers = {"Accept": ", ".join(MEDIA_TYPES)}
        path = f"manifests/{name.reference}"
        answer = await self.client.ask("HEAD", name.repository, path, headers)
        if answer is None:
            return None
        if is_digest(answer.digest):
            return answer.digest
        answer = await self.client.ask("GET", name.repository, path, headers)
        if answer is None:
            return None
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind not in MEDIA_TYPES:
            raise SetupError(
                f"the registry {name.host} has something there that is no image, of type "
                f"{kind[:100]!r}: see what KLB_REGISTRY names"
            )
        return digest_of(answer.body)

    async def close(self) -> None:
        """Close the connections; another call would open them anew."""
        await self.client.close()
