"""A queue of the service, filled with starts of many functions of many tenants."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

import aio_pika
import attrs
from aio_pika.abc import AbstractChannel

from knative_lambda.adapters.rabbitmq.declaration import declare
from knative_lambda.adapters.rabbitmq.topology import Topology

TENANTS: Final = 50
_TYPE: Final = "network.notifi.lambda.build.start"
_AT_ONCE: Final = 200


@attrs.frozen
class Feed:
    """The names of what was filled, and who else is published to."""

    url: str
    topology: Topology
    channel: AbstractChannel

    @property
    def variables(self) -> Mapping[str, str]:
        """For whoever consumes it."""
        return {
            "KLB_RABBITMQ_URL": self.url,
            "KLB_EXCHANGE": self.topology.exchange,
            "KLB_QUEUE": self.topology.queue,
            "KLB_FUNCTION_DEAD_LETTER_QUEUE": self.topology.functions,
            "KLB_PREFETCH": "32",
        }

    async def announced(self) -> int:
        """How many events were published that nobody but an observer hears."""
        queue = await self.channel.declare_queue(self.topology.announced, passive=True)
        return queue.declaration_result.message_count or 0

    async def fill(self, starts: int) -> None:
        """Add so many *starts*; those that were there before are the same again."""
        exchange = await self.channel.get_exchange(self.topology.exchange, ensure=False)
        for first in range(0, starts, _AT_ONCE):
            some = range(first, min(starts, first + _AT_ONCE))
            messages = (_start(number) for number in some)
            await asyncio.gather(
                *(exchange.publish(each, _TYPE, mandatory=True) for each in messages)
            )


@asynccontextmanager
async def feed(url: str, starts: int) -> AsyncIterator[Feed]:
    """One that holds so many *starts*, each of a function of its own; it is gone afterwards."""
    name = uuid.uuid4().hex[:12]
    topology = Topology(f"events-{name}", f"builds-{name}", f"functions-{name}")
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(on_return_raises=True)
        await declare(channel, topology)
        try:
            fed = Feed(url, topology, channel)
            await fed.fill(starts)
            yield fed
        finally:
            for queue in topology.queues():
                await channel.queue_delete(queue.name)
            for exchange in (topology.exchange, topology.dead_letter_exchange):
                await channel.exchange_delete(exchange)


def _start(number: int) -> aio_pika.Message:
    tenant, function = f"tenant-{number % TENANTS}", f"function-{number}"
    event = {
        "specversion": "1.0",
        "id": f"start-{number}",
        "source": f"network.notifi.{tenant}",
        "subject": function,
        "type": _TYPE,
        "time": datetime.now(UTC).isoformat(),
        "datacontenttype": "application/json",
        "data": {
            "third_party_id": tenant,
            "parser_id": function,
            "build_type": "lambda",
            "runtime": "nodejs22",
            "source_url": f"https://git.example.com/{tenant}/{function}.git",
            "build_timeout": 1800,
            "correlation_id": uuid.uuid4().hex,
        },
    }
    return aio_pika.Message(
        json.dumps(event).encode(),
        content_type="application/cloudevents+json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )
