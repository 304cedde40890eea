"""The registry of a base image: what goes wrong there is no fault of ours, and told to tenants."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import Protocol

import attrs

from knative_lambda.adapters.oci.repository import Manifest, Repository
from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.ports.image_assembler import CannotAppendError


class UnreachableError(CannotAppendError):
    """It may be there later; until then a copy will do."""


class Source(Protocol):
    """What images are read from: a `Repository`, or one of somebody else's."""

    async def manifest(self, reference: str) -> Manifest | None:
        """What a tag or a digest stands for, if it is there."""
        ...

    def fetch(self, digest: str, most: int) -> AsyncGenerator[bytes, None]:
        """The blob, of *most* bytes, piece by piece."""
        ...


@attrs.frozen
class Origin(Source):
    """Where a base image comes from; raises `CannotAppendError` alone."""

    repository: Repository

    async def manifest(self, reference: str) -> Manifest | None:
        """As the repository's."""
        with _told():
            return await self.repository.manifest(reference)

    async def fetch(self, digest: str, most: int) -> AsyncGenerator[bytes, None]:
        """As the repository's."""
        with _told():
            async with aclosing(self.repository.fetch(digest, most)) as pieces:
                async for piece in pieces:
                    yield piece


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except SetupError as error:
        message = "the registry of the base image does not give it to this service"
        raise CannotAppendError(message) from error
    except TransientError as error:
        message = "the registry of the base image cannot be reached by this service now"
        raise UnreachableError(message) from error
