"""The port, on ECR."""

import asyncio
from typing import TYPE_CHECKING, Final

import attrs

from knative_lambda.adapters.ecr.address import EcrAddress
from knative_lambda.adapters.ecr.missing import RepositoryMissingError
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.image_name import ImageName
from knative_lambda.ports.image_registry import ImageRegistry

if TYPE_CHECKING:
    from knative_lambda.adapters.ecr.client import EcrClient

MOST: Final = 10_000  # repositories that are remembered; each takes some 200 bytes


@attrs.define(eq=False)
class EcrImageRegistry(ImageRegistry):
    """Makes each repository with tags that cannot be overwritten, and remembers that it is there.

    The SDK is imported, and its client made, with the first call.
    """

    address: EcrAddress
    _there: dict[str, bool] = attrs.field(factory=dict, init=False)  # whether nothing is left to do
    _opened: "EcrClient | None" = attrs.field(default=None, init=False)
    _opening: asyncio.Lock = attrs.field(factory=asyncio.Lock, init=False)

    async def ensure(self, repository: str) -> None:
        """Make it, unless it is known to be there; what others made is left as it is.

        Raises:
            SetupError: There is something to mend.
            TransientError: ECR cannot be reached.
        """
        name = self.address.repository(repository)
        finished = self._there.get(name)
        if finished is None:
            finished = not await (await self.client()).create(name)
            self._remember(name, finished=finished)
        if not finished:
            await (await self.client()).expire_untagged(name)
            self._remember(name, finished=True)

    async def digest(self, image: str) -> str | None:
        """What ECR calls it. An image of another registry is not there.

        Raises:
            SetupError: There is something to mend.
            TransientError: ECR cannot be reached.
        """
        name = ImageName.parse(image)
        if name.host != self.address.host:
            return None
        try:
            return await (await self.client()).digest(name)
        except RepositoryMissingError:
            self._there.pop(name.repository, None)  # somebody may have removed it
            return None

    async def client(self) -> "EcrClient":
        """The one in use, opened if there is none.

        Raises:
            SetupError: The variables do not fit.
        """
        async with self._opening:
            if self._opened is None:
                self._opened = await (await in_thread(_sdk)).open(self.address)
            return self._opened

    async def close(self) -> None:
        """Close the connections; another call would open them anew."""
        async with self._opening:
            opened, self._opened = self._opened, None
            if opened is not None:
                await opened.close()

    def _remember(self, name: str, *, finished: bool) -> None:
        self._there.pop(name, None)
        while len(self._there) >= MOST:
            del self._there[next(iter(self._there))]
        self._there[name] = finished


def _sdk() -> "type[EcrClient]":
    from knative_lambda.adapters.ecr.client import EcrClient  # noqa: PLC0415 - not before it is used

    return EcrClient
