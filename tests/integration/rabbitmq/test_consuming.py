"""How many deliveries are in hand, and what becomes of them when a consumer stops."""

import asyncio
import time
from typing import cast

import attrs
import pytest
from contracts.contract import eventually
from contracts.deliveries import following, message
from support.amqp import Client
from support.queue_workers import taking, until

from knative_lambda.adapters.rabbitmq.event_source import RabbitMQEventSource
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.application.consumer import Consumer
from knative_lambda.application.handler import Handled, Handler
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.settlement import Ack, Retry
from knative_lambda.ports.event_source import Delivery


@attrs.define(eq=False)
class Gate:
    """Handles nothing until it is opened."""

    opened: asyncio.Event = attrs.field(factory=asyncio.Event)
    taken: int = 0

    async def handle(self, _: Delivery) -> Handled:
        self.taken += 1
        await self.opened.wait()
        return Handled(Ack(), None)


async def ready(client: Client, count: int) -> None:
    """Wait until so many messages of our queue are with nobody."""

    async def so_many() -> bool:
        return await client.depth(client.topology.queue) == count

    await eventually(so_many)


async def send(client: Client, count: int) -> None:
    for number in range(count):
        await client.send(message(f"{number}"))


async def test_no_more_are_unsettled_than_the_prefetch(client: Client, link: Link) -> None:
    source = RabbitMQEventSource(link, 3, time.time_ns)
    await send(client, 10)
    async with taking(source) as deliveries:
        in_hand = [await following(deliveries) for _ in range(3)]
        await ready(client, 7)
        await source.settle(in_hand.pop(), Ack())
        in_hand.append(await following(deliveries))
        await ready(client, 6)
        assert len(source._unsettled) == 3


async def test_what_was_fetched_ahead_goes_back_at_once_and_what_is_in_hand_can_be_settled(
    client: Client, link: Link
) -> None:
    source = RabbitMQEventSource(link, 50, time.time_ns)
    await send(client, 100)
    async with taking(source) as deliveries:
        in_hand = [await following(deliveries) for _ in range(2)]
    assert not source.consuming
    await ready(client, 98)
    for delivery in in_hand:
        await source.settle(delivery, Ack())
    await link.close()
    await ready(client, 98)


async def test_a_consumer_that_is_stopped_settles_what_is_in_hand_and_takes_nothing_more(
    client: Client, link: Link
) -> None:
    gate, source = Gate(), RabbitMQEventSource(link, 4, time.time_ns)
    consumer = Consumer(source, cast(Handler, gate))
    await send(client, 10)
    running = asyncio.create_task(consumer.run())
    await ready(client, 6)
    consumer.stop()
    await until(lambda: not source.consuming)
    gate.opened.set()
    await running
    await link.close()
    await ready(client, 6)
    assert gate.taken == 4


async def test_what_was_lost_before_it_was_settled_is_not_put_back_as_well(
    client: Client, link: Link
) -> None:
    source = RabbitMQEventSource(link, 4, time.time_ns)
    await client.send(message("a"))
    async with taking(source) as deliveries:
        delivery = await following(deliveries)
    await link.close()
    with pytest.raises(TransientError, match="comes again"):
        await source.settle(delivery, Retry(0.25, "away"))
    assert await client.depth(link.topology.waiting(Retry(0.25, "away"))) == 0
    await ready(client, 1)
