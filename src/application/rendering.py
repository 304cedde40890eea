"""What a build would be made of, without making it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs

from knative_lambda.application.preparation import Preparation
from knative_lambda.domain import intake, names
from knative_lambda.domain.end_of_life import end_of_life_warning
from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.incoming import StartBuild
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.runtimes import RUNTIMES
from knative_lambda.domain.strategy import Choice
from knative_lambda.ports import wire
from knative_lambda.ports.context_packer import PackedContext
from knative_lambda.ports.event_source import Message


@attrs.frozen
class Rendering:
    """A context that is packed and not stored.

    Attributes:
        revision: The commit its source was resolved to, if it has one.
        image: Where its image would be pushed, unless the build is forced.
        choice: How it would be made, as far as that can be told without asking the registry.
        warning: What there is to tell of its runtime.
    """

    request: BuildRequest
    context: PackedContext
    revision: str | None
    image: str
    choice: Choice
    warning: str | None

    def facts(self) -> dict[str, str | None]:
        """What there is to say of it, by name."""
        function = self.request.function
        return {
            "function": f"{function.third_party_id}/{function.parser_id}",
            "runtime": self.request.runtime,
            "handler": self.request.handler,
            "revision": self.revision,
            "content hash": self.context.content_hash,
            "image": self.image,
            "build strategy": self.choice.strategy.value,
            "build strategy reason": self.choice.reason,
            "warning": self.warning,
        }


def requested_in(message: Message, default_source: str) -> BuildRequest:
    """The request of the `build.start` in *message*.

    Raises:
        PermanentError: It is none, or the service would refuse it.
    """
    incoming = intake.read(wire.decode(message), default_source)
    if not isinstance(incoming, StartBuild):
        detail = "type: must be network.notifi.lambda.build.start: nothing is built for another"
        raise PermanentError(Rejection.UNSUPPORTED, detail)
    return incoming.request


@asynccontextmanager
async def rendered(
    preparation: Preparation, request: BuildRequest, now: int
) -> AsyncIterator[Rendering]:
    """Fetch and pack what *request* asks for; its source is there until the context ends.

    Args:
        preparation: Whose fetcher and packer to use, and whose way of making images.
        request: What to render.
        now: UTC nanoseconds since 1970.

    Raises:
        SourceRefusedError: The build would fail by this.
        TransientError: The source cannot be reached now.
    """
    async with preparation.fetcher.fetch(request) as tree:
        packed = await preparation.packer.pack(tree.directory, request)
        tag = names.image_tag(packed.content_hash, "", forced=False)
        image = preparation.images.image(request.function, tag)
        warning = end_of_life_warning(RUNTIMES[request.runtime], now)
        choice = preparation.appending.foreseen(request, packed)
        yield Rendering(request, packed, tree.revision, image, choice, warning)
