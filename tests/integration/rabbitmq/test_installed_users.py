"""The users that the installation page tells to make can do what they are for, and no more."""

import time
from collections.abc import AsyncIterator

import aio_pika
import pytest
from aiormq.exceptions import ChannelAccessRefused
from contracts.deliveries import following, message
from contracts.event_publisher import STARTED
from support.amqp import Client
from support.installation_page import commands
from support.queue_workers import taking
from support.rabbitmq import RabbitMQServer
from support.rabbitmq_files import INSTALLED

from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.rabbitmq.dead_letters import DeadLetters
from knative_lambda.adapters.rabbitmq.depths import QueueDepths
from knative_lambda.adapters.rabbitmq.event_publisher import RabbitMQEventPublisher
from knative_lambda.adapters.rabbitmq.event_source import RabbitMQEventSource
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.outbox import FunctionsOutbox
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Ack, DeadLetter, Retry, SetAside
from knative_lambda.ports.event_source import Delivery
from knative_lambda.settings import Settings

NO = DeadLetter(Rejection.FORBIDDEN, "no")


@pytest.fixture
def topology() -> Topology:
    """As it is installed."""
    settings = Settings()
    return Topology(settings.exchange, settings.queue, settings.function_dead_letter_queue)


@pytest.fixture
async def installed(rabbitmq: RabbitMQServer, topology: Topology) -> AsyncIterator[Client]:
    """An administrator has made the topology, and removes what is in it."""
    url = rabbitmq.installed_url("guest")
    link = Link(url, topology, MemoryMetrics())
    await link.channel()
    await link.close()
    async with Client(url, topology) as client:
        yield client
        channel = await client.channel()
        for queue in topology.queues():
            await channel.queue_delete(queue.name)


@pytest.fixture
async def service(rabbitmq: RabbitMQServer, installed: Client) -> AsyncIterator[Link]:
    """The service's connection to it."""
    url = rabbitmq.installed_url("service")
    link = Link(url, installed.topology, MemoryMetrics(), passive=True)
    yield link
    await link.close()


@pytest.fixture
async def builds(rabbitmq: RabbitMQServer, installed: Client) -> AsyncIterator[Link]:
    """A sidecar's connection to it."""
    topology = Topology(installed.topology.exchange, "", "")
    url = rabbitmq.installed_url("builds")
    link = Link(url, topology, MemoryMetrics(), publishes=True)
    yield link
    await link.close()


def test_these_are_the_users_that_the_page_tells_to_make() -> None:
    told = [words[2:] for words in commands("rabbitmqctl") if words[1] == "set_permissions"]
    all_that_is = (".*", ".*", ".*")

    assert {user: tuple(patterns) for user, *patterns in told} == {
        **INSTALLED,
        "operators": all_that_is,
    }


async def test_the_service_can_take_put_back_and_give_up(service: Link, installed: Client) -> None:
    source = RabbitMQEventSource(service, 8, time.time_ns)
    async with taking(source) as deliveries:
        for settlement in (Retry(1, "away"), SetAside(5), NO, Ack()):
            await installed.send(message("a"))
            await source.settle(await following(deliveries), settlement)

    assert await installed.depth(installed.topology.dead_letters) == 1


async def test_the_service_can_publish_and_keep_what_functions_did_not_take(
    service: Link, installed: Client
) -> None:
    await RabbitMQEventPublisher(service).publish(STARTED)
    outbox = FunctionsOutbox(service, time.time_ns)
    await outbox.settle(Delivery(message("a"), None, time.time_ns()), NO)

    assert await installed.depth(installed.topology.announced) == 1
    assert await installed.depth(installed.topology.functions) == 1


async def test_the_service_can_see_how_many_messages_wait(service: Link, installed: Client) -> None:
    metrics = MemoryMetrics()
    await installed.send(message("a"))
    await QueueDepths(service, metrics).look()

    assert metrics.counts[installed.topology.queue] == 1


async def test_the_service_can_look_through_dead_letters_and_replay_them(
    service: Link, installed: Client
) -> None:
    source = RabbitMQEventSource(service, 8, time.time_ns)
    await source.settle(Delivery(message("a"), None, time.time_ns()), NO)
    async with DeadLetters(service, service.topology.dead_letters).look() as look:
        async for found in look.letters():
            await look.replay(found)

    assert await installed.depth(installed.topology.queue) == 1


async def test_a_build_can_publish_how_it_ended(builds: Link, installed: Client) -> None:
    await RabbitMQEventPublisher(builds).publish(STARTED)

    assert await installed.depth(installed.topology.announced) == 1


async def test_a_build_can_neither_read_nor_write_a_queue(builds: Link, installed: Client) -> None:
    queue = installed.topology.queue
    await installed.send(message("a"))
    channel = await builds.channel()
    with pytest.raises(ChannelAccessRefused):
        await (await channel.get_queue(queue, ensure=False)).get()
    with pytest.raises(BuilderError):
        await builds.publish(aio_pika.Message(b"b"), "", queue)

    assert await installed.depth(queue) == 1
