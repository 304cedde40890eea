"""Whoever listens hears what is published from then on, and takes it from nobody."""

import asyncio
from collections.abc import AsyncIterator

import attrs
import pytest
from contracts.contract import DEADLINE
from contracts.event_publisher import STARTED
from support.amqp import Client
from support.rabbitmq import RabbitMQServer
from support.tcp_proxy import TcpProxy

from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.rabbitmq.event_publisher import RabbitMQEventPublisher
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.listener import RabbitMQListener
from knative_lambda.adapters.rabbitmq.producer import RabbitMQProducer
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.domain.announcement import PUBLISHED
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.errors import TransientError
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message

COMPLETE = attrs.evolve(STARTED, id="2", type=f"{PREFIX}build.complete")


@pytest.fixture
def publisher(link: Link) -> RabbitMQEventPublisher:
    return RabbitMQEventPublisher(link)


@pytest.fixture
async def listener(
    proxy: TcpProxy, rabbitmq: RabbitMQServer, topology: Topology
) -> AsyncIterator[RabbitMQListener]:
    link = Link(proxy.url(rabbitmq.url), topology, MemoryMetrics())
    yield RabbitMQListener(link)
    await link.close()


async def test_what_is_published_afterwards_is_heard(
    listener: RabbitMQListener, publisher: RabbitMQEventPublisher
) -> None:
    await publisher.publish(STARTED)
    heard = await listener.listen(PUBLISHED)
    await publisher.publish(COMPLETE)
    assert await anext(heard) == wire.decode(wire.encode(COMPLETE))


async def test_only_the_types_that_were_asked_for_are_heard(
    listener: RabbitMQListener, publisher: RabbitMQEventPublisher
) -> None:
    heard = await listener.listen([COMPLETE.type])
    await publisher.publish(STARTED)
    await publisher.publish(COMPLETE)
    assert (await anext(heard)).type == COMPLETE.type


async def test_nothing_is_taken_from_those_it_is_meant_for(
    listener: RabbitMQListener, publisher: RabbitMQEventPublisher, client: Client
) -> None:
    heard, too = await listener.listen(PUBLISHED), await listener.listen(PUBLISHED)
    await publisher.publish(COMPLETE)
    assert (await anext(heard)).id == (await anext(too)).id == COMPLETE.id
    assert await client.depth(client.topology.queue) == 1


async def test_what_cannot_be_read_is_left_out(
    listener: RabbitMQListener, publisher: RabbitMQEventPublisher, client: Client
) -> None:
    heard = await listener.listen(PUBLISHED)
    await client.send(Message(b"no event"), COMPLETE.type)
    await publisher.publish(COMPLETE)
    assert (await anext(heard)).id == COMPLETE.id


async def test_a_loss_is_told_after_all_that_came_before(
    listener: RabbitMQListener, publisher: RabbitMQEventPublisher, proxy: TcpProxy
) -> None:
    heard = await listener.listen(PUBLISHED)
    await publisher.publish(COMPLETE)
    assert (await anext(heard)).id == COMPLETE.id
    proxy.cut()
    async with asyncio.timeout(DEADLINE):
        with pytest.raises(TransientError, match="the connection to the broker is lost"):
            await anext(heard)
    again = await listener.listen(PUBLISHED)
    await publisher.publish(STARTED)
    assert (await anext(again)).id == STARTED.id


async def test_nothing_is_kept_for_who_has_left(
    listener: RabbitMQListener, publisher: RabbitMQEventPublisher
) -> None:
    producer, unheard = RabbitMQProducer(publisher.link), f"{PREFIX}unheard"
    await listener.listen([unheard])
    await producer.send(wire.encode(STARTED), unheard)
    await listener.link.close()
    with pytest.raises(TransientError, match="no queue of the broker takes it"):
        await producer.send(wire.encode(STARTED), unheard)


async def test_a_broker_that_is_away_is_told(listener: RabbitMQListener, proxy: TcpProxy) -> None:
    proxy.refuse()
    with pytest.raises(TransientError, match="cannot be reached"):
        await listener.listen(PUBLISHED)
