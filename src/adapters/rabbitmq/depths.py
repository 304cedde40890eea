"""How many messages wait in each queue of ours, told now and then."""

import asyncio
from typing import Final

import attrs
import structlog

from knative_lambda.adapters.rabbitmq.errors import declaring, publishing
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.domain.errors import BuilderError
from knative_lambda.ports.metrics import Metrics

EVERY: Final = 30.0  # seconds

_log = structlog.get_logger()


@attrs.frozen
class QueueDepths:
    """Asks the broker, which tells whoever may see a queue at all."""

    link: Link
    metrics: Metrics

    async def run(self) -> None:
        """Look at once, and again and again until cancelled; a broker may be away meanwhile."""
        while True:
            try:
                await self.look()
            except BuilderError as error:
                _log.warning("queues.unseen", error=str(error))
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Look at all of them.

        Raises:
            SetupError: One is missing.
            TransientError: The broker cannot be reached.
        """
        channel = await self.link.channel()
        for queue in self.link.topology.queues():
            with declaring(f"queue {queue.name!r}"):
                seen = await channel.declare_queue(queue.name, passive=True)
            self.metrics.waiting(queue.name, seen.declaration_result.message_count or 0)
        with publishing("closing a channel"):
            await channel.close()
