"""Dead letters are looked through without harm, told apart, sent again as they were, or removed."""

import time

import attrs
import pytest
from contracts.contract import eventually
from contracts.deliveries import following, message
from support.amqp import Client
from support.queue_workers import taking

from knative_lambda.adapters.rabbitmq.dead_letters import DeadLetters
from knative_lambda.adapters.rabbitmq.event_source import RabbitMQEventSource
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Ack, DeadLetter, Retry
from knative_lambda.ports.event_source import Delivery
from knative_lambda.ports.letters import Letter

NO = DeadLetter(Rejection.FORBIDDEN, "größer")


@pytest.fixture
def topology(topology: Topology) -> Topology:
    """A message may kill few consumers."""
    return attrs.evolve(topology, delivery_limit=5)


@pytest.fixture
def source(link: Link) -> RabbitMQEventSource:
    return RabbitMQEventSource(link, 8, time.time_ns)


@pytest.fixture
def dead(link: Link) -> DeadLetters:
    return DeadLetters(link, link.topology.dead_letters)


async def give_up(source: RabbitMQEventSource, *names: str) -> None:
    for name in names:
        await source.settle(Delivery(message(name), None, time.time_ns()), NO)


async def seen(client: Client, dead: DeadLetters, count: int) -> list[Letter]:
    """The letters, once there are so many that nobody looks at."""

    async def so_many() -> bool:
        return await client.depth(dead.queue) == count

    await eventually(so_many)
    async with dead.look() as look:
        return [found.letter async for found in look.letters()]


async def replay(client: Client, dead: DeadLetters) -> None:
    """Send the one letter again, once nobody looks at it."""

    async def is_there() -> bool:
        return await client.depth(dead.queue) == 1

    await eventually(is_there)
    async with dead.look() as look:
        async for found in look.letters():
            await look.replay(found)


async def test_a_letter_has_its_whole_story(
    client: Client, source: RabbitMQEventSource, dead: DeadLetters
) -> None:
    await client.send(message("a"))
    began = time.time_ns()
    async with taking(source) as deliveries:
        await source.settle(await following(deliveries), Retry(0.25, "away"))
        delivery = await following(deliveries)
        await source.settle(delivery, NO)
    (letter,) = await seen(client, dead, 1)
    assert letter.message == message("a")
    assert (letter.reason, letter.detail) == ("forbidden", "größer")
    assert letter.failures == delivery.failures
    assert (letter.attempts, letter.set_aside, letter.replays) == (1, 0, 0)
    assert letter.arrived == delivery.arrived
    assert letter.kept_at is not None
    assert letter.arrived is not None
    assert began <= letter.arrived < letter.kept_at <= time.time_ns()


async def test_looking_changes_neither_the_letters_nor_their_order(
    client: Client, source: RabbitMQEventSource, dead: DeadLetters
) -> None:
    await give_up(source, *"abcde")
    first = await seen(client, dead, 5)
    assert [letter.message.message_id for letter in first] == [*"abcde"]
    assert len({letter.id for letter in first}) == 5
    for _ in range(3):
        assert await seen(client, dead, 5) == first


async def test_a_look_that_ends_early_keeps_all(
    client: Client, source: RabbitMQEventSource, dead: DeadLetters
) -> None:
    await give_up(source, *"abc")
    with pytest.raises(ZeroDivisionError):
        await look_and_stumble(dead)
    assert len(await seen(client, dead, 3)) == 3


async def look_and_stumble(dead: DeadLetters) -> None:
    async with dead.look() as look:
        await anext(look.letters())
        raise ZeroDivisionError


async def test_what_is_removed_is_gone_and_what_is_not_is_there(
    client: Client, source: RabbitMQEventSource, dead: DeadLetters
) -> None:
    await give_up(source, *"abc")
    async with dead.look() as look:
        tags = [found.tag async for found in look.letters()]
        await look.remove(tags[1])
    assert [one.message.message_id for one in await seen(client, dead, 2)] == ["a", "c"]


async def test_what_is_replayed_comes_as_it_first_came_but_for_the_count(
    client: Client, source: RabbitMQEventSource, dead: DeadLetters
) -> None:
    unnamed = attrs.evolve(message("a"), message_id=None, timestamp=1_800_000_000_123_000_000)
    await source.settle(Delivery(unnamed, None, 1, attempts=7), NO)
    for replays in (1, 2):
        await replay(client, dead)
        async with taking(source) as deliveries:
            delivery = await following(deliveries)
            assert delivery.message == unnamed
            assert (delivery.attempts, delivery.failures) == (0, ())
            await source.settle(delivery, Retry(0.25, "away"))
            await source.settle(await following(deliveries), NO)
        (letter,) = await seen(client, dead, 1)
        assert (letter.replays, letter.attempts) == (replays, 1)


async def test_what_kills_its_consumers_ends_among_the_dead_letters(
    client: Client, source: RabbitMQEventSource, dead: DeadLetters
) -> None:
    await client.send(message("a"))
    async with taking(source) as deliveries:
        await source.settle(await following(deliveries), Retry(0.25, "away"))
        await source.settle(await following(deliveries), Retry(0.25, "away"))

    async def is_dead() -> bool:
        await client.look(client.topology.queue)  # and lose the channel that it came by
        return await client.depth(dead.queue) == 1

    await eventually(is_dead)
    (letter,) = await seen(client, dead, 1)
    assert letter.message == message("a")
    assert letter.reason == "delivery_limit"
    assert letter.detail == "it was delivered again and again, and nobody ever settled it"
    assert letter.kept_at is not None
    assert time.time_ns() - 60 * 10**9 < letter.kept_at < time.time_ns()
    assert letter.attempts == 2


async def test_what_is_replayed_is_settled_like_any_other(
    client: Client, source: RabbitMQEventSource, dead: DeadLetters
) -> None:
    await give_up(source, "a")
    await replay(client, dead)
    async with taking(source) as deliveries:
        await source.settle(await following(deliveries), Ack())
    assert await seen(client, dead, 0) == []
