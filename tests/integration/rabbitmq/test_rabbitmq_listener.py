"""Whoever listens hears what is published from then on, and takes it from nobody."""

import asyncio
import json
import time
from collections.abc import AsyncIterator

import attrs
import pytest
from contracts.contract import DEADLINE
from contracts.event_publisher import STARTED
from support.amqp import Client
from support.rabbitmq import RabbitMQServer
from support.submitting import order
from support.tcp_proxy import TcpProxy

from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.rabbitmq.event_publisher import RabbitMQEventPublisher
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.listener import RabbitMQListener
from knative_lambda.adapters.rabbitmq.outbox import Outbox
from knative_lambda.adapters.rabbitmq.producer import RabbitMQProducer
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.domain.announcement import DEAD_LETTER, PUBLISHED
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import DeadLetter
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Delivery, Message

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


async def give_up(link: Link, message: Message) -> None:
    """As the service does it."""
    why = DeadLetter(Rejection.NO_TARGET, "to: no complete build")
    await Outbox(link, time.time_ns).settle(Delivery(message, None, time.time_ns()), why)


async def test_what_is_given_up_is_heard_by_those_who_ask_for_it(
    listener: RabbitMQListener, link: Link
) -> None:
    asked = order("service.rollback", "order-4711")
    heard = await listener.listen(PUBLISHED | {DEAD_LETTER})
    others = await listener.listen(PUBLISHED)
    await give_up(link, Message(b"nothing that can be read"))
    await give_up(link, asked.message)
    async with asyncio.timeout(DEADLINE):
        event = await anext(heard)
    assert (event.id, event.type) == (f"{asked.id}.dead.letter", DEAD_LETTER)
    assert event.data == {
        "third_party_id": "acme",
        "parser_id": "hello",
        "reason": "no_target",
        "detail": "to: no complete build",
        "type": f"{PREFIX}service.rollback",
    }
    await RabbitMQEventPublisher(link).publish(STARTED)
    assert (await anext(others)).type == STARTED.type


async def test_what_is_given_up_may_name_no_function(
    listener: RabbitMQListener, link: Link
) -> None:
    heard = await listener.listen({DEAD_LETTER})
    event = {"specversion": "1.0", "id": "1", "source": "shop", "type": "com.example.odd"}
    await give_up(link, Message(json.dumps(event).encode(), wire.STRUCTURED))
    async with asyncio.timeout(DEADLINE):
        told = await anext(heard)
    assert told.subject is None
    assert isinstance(told.data, dict)
    assert set(told.data) == {"reason", "detail", "type"}
