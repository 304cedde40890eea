"""The port, on ECR."""

from typing import Final

import attrs

from knative_lambda.adapters.ecr.client import EcrClient
from knative_lambda.adapters.ecr.errors import RepositoryMissingError
from knative_lambda.adapters.oci.image_name import ImageName
from knative_lambda.ports.image_registry import ImageRegistry

MOST: Final = 10_000  # repositories that are remembered; each takes some 200 bytes


@attrs.define(eq=False)
class EcrImageRegistry(ImageRegistry):
    """Makes each repository with tags that cannot be overwritten, and remembers that it is there.

    Attributes:
        client: Connected when it is needed.
    """

    client: EcrClient
    _there: dict[str, bool] = attrs.field(factory=dict, init=False)  # whether nothing is left to do

    async def ensure(self, repository: str) -> None:
        """Make it, unless it is known to be there; what others made is left as it is.

        Raises:
            SetupError: There is something to mend.
            TransientError: ECR cannot be reached.
        """
        name = self.client.address.repository(repository)
        finished = self._there.get(name)
        if finished is None:
            finished = not await self.client.create(name)
            self._remember(name, finished=finished)
        if not finished:
            await self.client.expire_untagged(name)
            self._remember(name, finished=True)

    async def digest(self, image: str) -> str | None:
        """What ECR calls it. An image of another registry is not there.

        Raises:
            SetupError: There is something to mend.
            TransientError: ECR cannot be reached.
        """
        name = ImageName.parse(image)
        if name.host != self.client.address.host:
            return None
        try:
            return await self.client.digest(name)
        except RepositoryMissingError:
            self._there.pop(name.repository, None)  # somebody may have removed it
            return None

    def _remember(self, name: str, *, finished: bool) -> None:
        self._there.pop(name, None)
        while len(self._there) >= MOST:
            del self._there[next(iter(self._there))]
        self._there[name] = finished
