"""What is published over a real broker arrives, in a form that others there can read and route."""

import asyncio
from collections.abc import Sequence

import aio_pika
import attrs
import pytest
from contracts.contract import eventually
from contracts.event_publisher import STARTED, EventPublisherContract
from pamqp.common import FieldTable
from support.amqp import Client

from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.adapters.rabbitmq.event_publisher import RabbitMQEventPublisher
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.domain.errors import TransientError
from knative_lambda.ports import wire
from knative_lambda.ports.event_publisher import EventPublisher
from knative_lambda.ports.event_source import Message


class TestRabbitMQEventPublisher(EventPublisherContract):
    @pytest.fixture
    def publisher(self, client: Client, link: Link) -> EventPublisher:
        self.client = client
        return RabbitMQEventPublisher(link)

    @pytest.fixture
    async def refused(self, publisher: RabbitMQEventPublisher) -> EventPublisher:
        """Nothing is bound to its exchange."""
        topology = self.client.topology
        unheard = attrs.evolve(topology, exchange=f"{topology.exchange}-unheard")
        await (await self.client.channel()).declare_exchange(unheard.exchange, "topic")
        publisher.link.topology = unheard
        return publisher

    async def arrived(self) -> Sequence[Message]:
        letters = await self.client.look(self.client.topology.announced)
        return [envelope.message_of(one) for one in letters]


async def test_it_outlives_the_broker_and_has_its_id_and_the_type_of_a_whole_event(
    client: Client, link: Link
) -> None:
    await RabbitMQEventPublisher(link).publish(STARTED)
    (seen,) = await client.look(link.topology.announced)
    assert seen.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
    assert seen.message_id == STARTED.id
    assert seen.content_type == "application/cloudevents+json"
    assert seen.routing_key == STARTED.type


async def test_its_attributes_are_headers_without_a_prefix_and_all_are_text(
    client: Client, link: Link
) -> None:
    await RabbitMQEventPublisher(link).publish(STARTED)
    (seen,) = await client.look(link.topology.announced)
    ours = {k: v for k, v in seen.headers.items() if k != "x-delivery-count"}  # the broker's
    assert ours == {
        "specversion": "1.0",
        "id": STARTED.id,
        "source": "network.notifi.acme",
        "type": STARTED.type,
        "subject": "hello",
        "time": "2027-01-15T08:00:00.123Z",
        "datacontenttype": "application/json",
        "content-type": "application/json",
        "buildid": STARTED.build_id,
        "correlationid": "corr-1",
        "traceparent": STARTED.traceparent,
        "tracestate": "",
    }


async def test_a_trigger_of_a_headers_exchange_finds_it(client: Client, link: Link) -> None:
    channel = await client.channel()
    name = f"{link.topology.exchange}-broker"
    exchange = await channel.declare_exchange(name, "headers", durable=True)
    for queue, kind in (("hit", STARTED.type), ("miss", "something.else")):
        trigger: FieldTable = {"x-match": "all", "x-knative-trigger": queue}
        trigger |= {"type": kind, "source": STARTED.source, "subject": "hello"}
        bound = await channel.declare_queue(f"{name}-{queue}", durable=True)
        await bound.bind(exchange, "", arguments=trigger)
    link.topology = attrs.evolve(link.topology, exchange=name)
    await RabbitMQEventPublisher(link).publish(STARTED)
    assert [await client.depth(f"{name}-{queue}") for queue in ("hit", "miss")] == [1, 0]


async def test_copies_of_an_event_are_confirmed_each_by_itself(client: Client, link: Link) -> None:
    publisher, copies = RabbitMQEventPublisher(link), 50
    async with asyncio.TaskGroup() as group:
        for _ in range(copies):
            group.create_task(publisher.publish(STARTED))

    async def all_there() -> bool:
        return await client.depth(link.topology.announced) == copies

    await eventually(all_there)


async def test_a_copy_that_no_queue_takes_is_not_mistaken_for_one_that_is_taken(
    client: Client, link: Link
) -> None:
    message = envelope.amqp_message(wire.encode(STARTED), {})
    keys = [link.topology.dead_letters, "nowhere"] * 20
    publishing = (link.publish(message, "", key) for key in keys)
    ends = await asyncio.gather(*publishing, return_exceptions=True)
    assert [type(end) for end in ends] == [type(None), TransientError] * 20
    assert await client.depth(link.topology.dead_letters) == 20
