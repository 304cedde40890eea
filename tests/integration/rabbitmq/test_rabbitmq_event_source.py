"""The queue of a real broker keeps the laws of a source."""

import time
from collections.abc import AsyncIterator, Sequence

import pytest
from contracts.deliveries import Kept
from contracts.event_source import EventSourceContract
from support.amqp import Client
from support.rabbitmq import RabbitMQServer

from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.adapters.rabbitmq.event_source import RabbitMQEventSource
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.ports.event_source import Delivery, EventSource, Message


class TestRabbitMQEventSource(EventSourceContract):
    delay = 0.5

    @pytest.fixture
    async def source(
        self, rabbitmq: RabbitMQServer, topology: Topology
    ) -> AsyncIterator[EventSource]:
        link = Link(rabbitmq.url, topology, MemoryMetrics())
        source = RabbitMQEventSource(link, prefetch=32, now=time.time_ns)
        async with Client(rabbitmq.url, topology) as self.client:
            self.link = link
            await link.channel()
            yield source
            await link.close()

    async def send(self, sent: Message) -> None:
        await self.client.send(sent)

    async def dead_letters(self) -> Sequence[Kept]:
        return [
            Kept(
                envelope.message_of(letter),
                str(letter.headers[envelope.REASON]),
                str(letter.headers[envelope.DETAIL]),
                envelope.failures_of(letter.headers),
            )
            for letter in await self.client.look(self.client.topology.dead_letters)
        ]

    async def abandon(self, deliveries: Sequence[Delivery]) -> None:  # noqa: ARG002 - all at once
        await self.link.close()

    def now(self) -> int:
        return time.time_ns()

    async def elapse(self, seconds: float) -> None:
        """Time is real."""
