"""What somebody deletes from the broker is made again when it is missed, without a restart."""

import struct
import time

import attrs
import pytest
from contracts.deliveries import following, message
from contracts.event_publisher import STARTED
from support.amqp import Client
from support.queue_workers import taking, until, working

from knative_lambda.adapters.rabbitmq.event_publisher import RabbitMQEventPublisher
from knative_lambda.adapters.rabbitmq.event_source import RabbitMQEventSource
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.domain.settlement import Retry


async def test_a_queue_that_is_deleted_while_it_is_consumed_is_made_and_consumed_again(
    client: Client,
) -> None:
    topology = client.topology
    async with working(client.url, topology) as worker:
        await client.send(message("acknowledged-before"))
        await worker.has_seen(1)
        await (await client.channel()).queue_delete(topology.queue)
        await until(lambda: not worker.source.consuming)
        await until(lambda: worker.source.consuming)
        await client.send(message("acknowledged-after"))
        await worker.has_seen(2)


async def test_what_was_in_hand_when_its_queue_was_deleted_can_still_be_settled(
    client: Client, link: Link
) -> None:
    source = RabbitMQEventSource(link, 8, time.time_ns)
    await client.send(message("a"))
    async with taking(source) as deliveries:
        delivery = await following(deliveries)
        await (await client.channel()).queue_delete(link.topology.queue)
        with pytest.raises(TransientError, match="the broker delivers no more"):
            await following(deliveries)
    await source.settle(delivery, Retry(0.25, "away"))
    async with taking(source) as deliveries:
        again = await following(deliveries)
    assert (again.message.message_id, again.attempts) == ("a", 1)


async def test_a_delay_queue_that_is_deleted_costs_one_more_delivery(
    client: Client, link: Link
) -> None:
    source = RabbitMQEventSource(link, 8, time.time_ns)
    wait = Retry(0.25, "away")
    await (await client.channel()).queue_delete(link.topology.waiting(wait))
    await client.send(message("a"))
    async with taking(source) as deliveries:
        first = await following(deliveries)
        with pytest.raises(TransientError, match="no queue of the broker takes it"):
            await source.settle(first, wait)
    async with taking(source) as deliveries:
        second = await following(deliveries)
        assert second.attempts == 0
        await source.settle(second, wait)
        assert (await following(deliveries)).attempts == 1


@pytest.mark.parametrize("what", ["exchange", "announced"])
async def test_what_is_published_by_is_made_again_after_one_failure(
    client: Client, link: Link, what: str
) -> None:
    publisher, channel = RabbitMQEventPublisher(link), await client.channel()
    name = getattr(link.topology, what)
    await (channel.exchange_delete(name) if what == "exchange" else channel.queue_delete(name))
    with pytest.raises(TransientError):
        await publisher.publish(STARTED)
    await publisher.publish(STARTED)
    assert await client.depth(link.topology.announced) == 1


async def test_it_is_not_made_where_nothing_is_to_be_declared(client: Client, link: Link) -> None:
    passive = attrs.evolve(link, passive=True)
    publisher = RabbitMQEventPublisher(passive)
    await publisher.publish(STARTED)
    await (await client.channel()).exchange_delete(link.topology.exchange)
    with pytest.raises(TransientError, match="no exchange"):
        await publisher.publish(STARTED)
    with pytest.raises(SetupError, match=f"'{link.topology.exchange}' is missing"):
        await publisher.publish(STARTED)
    await passive.close()


async def test_what_a_bug_keeps_from_being_settled_comes_again(client: Client, link: Link) -> None:
    source = RabbitMQEventSource(link, 8, time.time_ns)
    await client.send(message("a"))
    async with taking(source) as deliveries:
        first = await following(deliveries)
        unsendable = attrs.evolve(first, message=attrs.evolve(first.message, timestamp=-(10**12)))
        with pytest.raises(struct.error):
            await source.settle(unsendable, Retry(0.25, "away"))
    async with taking(source) as deliveries:
        assert (await following(deliveries)).message.message_id == "a"
