"""A consumer of a real queue at work: its messages say how they are to be settled."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

import attrs
from contracts.deliveries import close
from contracts.event_publisher import STARTED
from support.amqp import Client

from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.rabbitmq.event_publisher import RabbitMQEventPublisher
from knative_lambda.adapters.rabbitmq.event_source import RabbitMQEventSource
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.application.consumer import Consumer
from knative_lambda.application.handler import Handled, Handler
from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Ack, DeadLetter, Retry, Settlement
from knative_lambda.ports.event_source import Delivery, Message

PREFETCH = 8
PATIENCE = 40.0  # seconds; only ever spent when something is wrong
_ENDS = ("acknowledged", "retried", "given-up")


@attrs.define(eq=False)
class Worker:
    """Handles each message by publishing an event about it.

    Attributes:
        seen: How often each message came.
    """

    link: Link
    seen: Counter[str] = attrs.field(factory=Counter)
    source: RabbitMQEventSource = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.source = RabbitMQEventSource(self.link, PREFETCH, time.time_ns)

    async def handle(self, delivery: Delivery) -> Handled:
        name = str(delivery.message.message_id)
        self.seen[name] += 1
        try:
            event = attrs.evolve(STARTED, id=f"{name}.started")
            await RabbitMQEventPublisher(self.link).publish(event)
        except BuilderError as error:
            return Handled(Retry(0.25, str(error)), None)
        return Handled(_settlement(name, delivery), None)

    async def has_seen(self, count: int) -> None:
        """Wait until so many messages have come."""
        await until(lambda: len(self.seen) >= count)


def _settlement(name: str, delivery: Delivery) -> Settlement:
    if name.startswith("given-up"):
        return DeadLetter(Rejection.INVALID, "no")
    if name.startswith("retried") and not delivery.attempts:
        return Retry(0.25, "away")
    return Ack()


@asynccontextmanager
async def working(url: str, topology: Topology) -> AsyncIterator[Worker]:
    """A worker's consumer, connected by *url*; it must not have ended by itself."""
    link = Link(url, topology, MemoryMetrics())
    worker = Worker(link)
    consumer = Consumer(worker.source, cast(Handler, worker))
    running = asyncio.create_task(consumer.run())
    await until(lambda: worker.source.consuming)
    yield worker
    assert not running.done()
    consumer.stop()
    await running
    await link.close()


@asynccontextmanager
async def taking(source: RabbitMQEventSource) -> AsyncIterator[AsyncIterator[Delivery]]:
    """What a consumer takes from *source*, until it goes."""
    deliveries = source.deliveries()
    try:
        yield deliveries
    finally:
        await close(deliveries)


async def send(url: str, topology: Topology, count: int) -> None:
    """Send so many messages, a third for each end."""
    async with Client(url, topology) as client:
        for number in range(count):
            name = f"{_ENDS[number % len(_ENDS)]}-{number}"
            await client.send(Message(b"{}", "application/json", {"type": "test"}, name))


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - what it looks at sends no signal
            await asyncio.sleep(0.01)


async def done(url: str, worker: Worker, count: int, losses: int) -> None:
    """Wait until so many messages have come to their ends, and see that these are the right ones.

    What was in hand when a connection was lost may come again, and to the same end.
    """
    topology = worker.link.topology
    waiting = [queue.name for queue in topology.queues() if ".retry." in queue.name]
    async with asyncio.timeout(PATIENCE), Client(url, topology) as client:
        await worker.has_seen(count)
        given_up = {name for name in worker.seen if name.startswith("given-up")}
        for name in (*waiting, topology.queue):
            while await client.depth(name):  # noqa: ASYNC110 - a queue sends no signal
                await asyncio.sleep(0.01)
        while await client.depth(topology.dead_letters) < len(given_up):  # noqa: ASYNC110 - nor it
            await asyncio.sleep(0.01)
        events = [one.message_id for one in await client.look(topology.announced)]
        letters = [one.message_id for one in await client.look(topology.dead_letters)]
    assert {f"{name}.started" for name in worker.seen} == set(events)
    assert given_up == set(letters)
    assert len(letters) <= len(given_up) + losses * PREFETCH
