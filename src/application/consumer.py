"""Taking deliveries from a source, handling them side by side, and settling each."""

import asyncio

import attrs
import structlog

from knative_lambda.application.handler import Handler
from knative_lambda.domain.errors import TransientError
from knative_lambda.ports.event_source import Delivery, EventSource

_log = structlog.get_logger()


@attrs.frozen
class Consumer:
    """Runs until cancelled; how many deliveries are in hand at once is the source's to say."""

    source: EventSource
    handler: Handler

    async def run(self) -> None:
        """Take, handle, settle."""
        async with asyncio.TaskGroup() as tasks:
            async for delivery in self.source.deliveries():
                tasks.create_task(self._one(delivery))

    async def _one(self, delivery: Delivery) -> None:
        settlement = await self.handler.handle(delivery)
        try:
            await self.source.settle(delivery, settlement)
        except TransientError as error:
            # What is not settled comes back; handling it again changes nothing.
            _log.warning("delivery.unsettled", error=str(error))
