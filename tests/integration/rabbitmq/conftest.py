"""The RabbitMQ that these tests share, names of a test's own, and a network that can fail."""

import uuid
from collections.abc import AsyncIterator, Iterator

import pytest
from support.amqp import Client
from support.rabbitmq import Names, RabbitMQServer, rabbitmq_server
from support.tcp_proxy import TcpProxy

from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.topology import Topology


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMQServer]:
    """The server of the whole session: no test ends it."""
    with rabbitmq_server() as server:
        yield server


@pytest.fixture
def own_rabbitmq() -> Iterator[RabbitMQServer]:
    """A server for a test that ends it and starts it again."""
    with rabbitmq_server() as server:
        yield server


@pytest.fixture
def names() -> Names:
    """What this test may declare; all else that it declares has a name that begins so."""
    unique = uuid.uuid4().hex[:12]
    return Names(exchange=f"cloud-events-{unique}", queue=f"lambda-build-events-{unique}")


@pytest.fixture
async def proxy(rabbitmq: RabbitMQServer) -> AsyncIterator[TcpProxy]:
    """In front of the shared server: `proxy.url(rabbitmq.url)` leads through it."""
    async with TcpProxy("127.0.0.1", rabbitmq.port) as proxy:
        yield proxy


@pytest.fixture
def topology(names: Names) -> Topology:
    """A topology of this test's own, with delay queues for short waits."""
    return Topology(
        names.exchange,
        names.queue,
        f"{names.queue}.functions",
        retries=(0.25, 0.5, 1),
        asides=(0.25, 0.5, 1),
    )


@pytest.fixture
async def client(rabbitmq: RabbitMQServer, topology: Topology) -> AsyncIterator[Client]:
    """What others do to the broker, past our adapters."""
    async with Client(rabbitmq.url, topology) as client:
        yield client


@pytest.fixture
async def link(rabbitmq: RabbitMQServer, topology: Topology) -> AsyncIterator[Link]:
    """Has declared the topology."""
    link = Link(rabbitmq.url, topology, MemoryMetrics())
    await link.channel()
    yield link
    await link.close()
