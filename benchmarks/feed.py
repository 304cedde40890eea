"""A queue of the service, and starts of many functions of many tenants to fill it with."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

import aio_pika
import attrs
from aio_pika.abc import AbstractChannel, AbstractExchange

from knative_lambda.adapters.rabbitmq.declaration import declare
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.ports.event_source import Message

TENANTS: Final = 50
_AT_ONCE: Final = 200

Event = Mapping[str, Any]


@attrs.frozen
class Feed:
    """The names of what was filled, and who else is published to."""

    url: str
    topology: Topology
    channel: AbstractChannel
    exchange: AbstractExchange

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
        return await self.waiting(self.topology.announced)

    async def waiting(self, *queues: str) -> int:
        """How many messages are in *queues*, and in nobody's hands."""
        results = [
            (await self.channel.declare_queue(name, passive=True)).declaration_result
            for name in queues
        ]
        return sum(result.message_count or 0 for result in results)

    async def consumed(self) -> bool:
        """Whether anybody takes what is there."""
        queue = await self.channel.declare_queue(self.topology.queue, passive=True)
        return bool(queue.declaration_result.consumer_count)

    async def send(self, event: Event) -> None:
        """Publish *event*, as a producer does."""
        sent = message(event)
        made = aio_pika.Message(
            sent.body,
            content_type=sent.content_type,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        await self.exchange.publish(made, event["type"], mandatory=True)

    async def send_all(self, events: Sequence[Event]) -> None:
        """Publish *events*, as fast as the broker takes them."""
        for first in range(0, len(events), _AT_ONCE):
            await asyncio.gather(*(self.send(one) for one in events[first : first + _AT_ONCE]))


@asynccontextmanager
async def feed(url: str, starts: int) -> AsyncIterator[Feed]:
    """One that holds so many *starts*, each of a function of its own; it is gone afterwards."""
    name = uuid.uuid4().hex[:12]
    topology = Topology(f"events-{name}", f"builds-{name}", f"functions-{name}")
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(on_return_raises=True)
        await declare(channel, topology)
        try:
            exchange = await channel.get_exchange(topology.exchange, ensure=False)
            fed = Feed(url, topology, channel, exchange)
            await fed.send_all([start(number) for number in range(starts)])
            yield fed
        finally:
            for queue in topology.queues():
                await channel.queue_delete(queue.name)
            for exchange_name in (topology.exchange, topology.dead_letter_exchange):
                await channel.exchange_delete(exchange_name)


def message(event: Event) -> Message:
    """*event* as a producer sends it."""
    return Message(json.dumps(event).encode(), "application/cloudevents+json")


def start(number: int, tenants: int = TENANTS, **more: object) -> Event:
    """A `build.start` of the function of that *number*, with *more* in its data."""
    tenant, function = f"tenant-{number % tenants}", f"function-{number}"
    asked = {
        "build_type": "lambda",
        "runtime": "nodejs22",
        "source_url": f"https://git.example.com/{tenant}/{function}.git",
        "build_timeout": 1800,
        "correlation_id": uuid.uuid4().hex,
    }
    return _event("build.start", tenant, function, {**asked, **more})


def function_of(event: Event) -> FunctionId:
    """Whose event it is."""
    return FunctionId(event["data"]["third_party_id"], event["data"]["parser_id"])


def build_of(event: Event) -> str:
    """The id of the build that a start asks for."""
    return request_id(event["source"], event["id"])


def completion(of: Event) -> Event:
    """The `build.complete` that the start *of* leads to."""
    function = function_of(of)
    ended = {"build_id": build_of(of), "status": "success"}
    return _event("build.complete", function.third_party_id, function.parser_id, ended)


def _event(kind: str, tenant: str, function: str, data: Event) -> Event:
    return {
        "specversion": "1.0",
        "id": uuid.uuid4().hex,
        "source": f"network.notifi.{tenant}",
        "subject": function,
        "type": f"{PREFIX}{kind}",
        "time": datetime.now(UTC).isoformat(),
        "datacontenttype": "application/json",
        "data": {"third_party_id": tenant, "parser_id": function, **data},
    }
