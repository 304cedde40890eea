"""The registry of a base image: what goes wrong there is no fault of ours, and told to tenants."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import Protocol

import attrs

from knative_lambda.adapters.oci.repository import Manifest, Repository
from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.domain.failures import Reason
from knative_lambda.ports.image_assembler import CannotAppendError


class UnreachableError(CannotAppendError):
    """It may be there later; until then a copy will do."""


class Source(Protocol):
    """What images are read from: a `Repository`, or one of somebody else's."""

    async def manifest(self, reference: str) -> Manifest | None:
        """What a tag or a digest stands for, if it is there."""
        ...

    def fetch(self, digest: str, size: int) -> AsyncGenerator[bytes, None]:
        """The blob, of *size* bytes, piece by piece."""
        ...


@attrs.frozen
class Origin(Source):
    """Where a base image comes from; raises `CannotAppendError` alone."""

    repository: Repository

    async def manifest(self, reference: str) -> Manifest | None:
        """As the repository's."""
        with _told():
            return await self.repository.manifest(reference)

    async def fetch(self, digest: str, size: int) -> AsyncGenerator[bytes, None]:
        """As the repository's."""
        got = 0
        with _told():
            async with aclosing(self.repository.fetch(digest, size)) as pieces:
                async for piece in pieces:
                    got += len(piece)
                    yield piece
        if got != size:
            message = "the base image is broken: a part of it has another size than is told"
            raise CannotAppendError(message, Reason.IMAGE_PULL)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except SetupError as error:
        message = "the registry of the base image does not give it to this service"
        raise CannotAppendError(message, Reason.IMAGE_PULL) from error
    except TransientError as error:
        message = "the registry of the base image cannot be reached by this service now"
        raise UnreachableError(message, Reason.REGISTRY_UNAVAILABLE) from error
