"""Saying how the build ended: first in the record, then to everybody."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import chain, repeat
from typing import Final

import attrs
import structlog

from knative_lambda.domain.effects import Effect, Publish
from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.events import BuildEnded, Event
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.signing import signed
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports.event_publisher import EventPublisher

WAITS: Final = (0.2, 0.5, 1.0, 2.0)  # seconds before it is tried again
LONGEST: Final = 5.0  # and then always

_log = structlog.get_logger()

Tell = Callable[[FunctionId, Event], Awaitable[None]]


@attrs.frozen
class Voice:
    """Does what follows from the end of a build, as far as it is a sidecar's: publishing.

    Attributes:
        key: The build's own, which outcomes are signed with; empty: they are not.
    """

    publisher: EventPublisher
    key: bytes = attrs.field(repr=False)

    async def run(self, effect: Effect) -> None:
        """Publish.

        Raises:
            BuilderError: It may not have been published.
        """
        if isinstance(effect, Publish):
            told = effect.announcement
            await self.publisher.publish(signed(told, self.key) if self.key else told)


@attrs.frozen
class Report:
    """Of the end of one build.

    Attributes:
        tell: Takes an event into the record of a function, and has done what follows from it.
        now: UTC nanoseconds since 1970.
    """

    function: FunctionId
    build_id: str
    tell: Tell
    now: Callable[[], int]

    async def make(self, verdict: Verdict) -> None:
        """Have it decided, if nobody has, and published: until that is done, or we are killed."""
        event = BuildEnded(request_id=self.build_id, now=self.now(), verdict=verdict)
        for wait in chain(WAITS, repeat(LONGEST)):
            try:
                return await self.tell(self.function, event)
            except BuilderError as error:
                _log.warning("outcome.unreported", error=str(error), again_in=wait)
            await asyncio.sleep(wait)
        return None  # pragma: no cover - the waits have no end
