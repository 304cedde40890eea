"""What a producer sends is confirmed and consumed; what cannot be is told."""

import time
from collections.abc import AsyncIterator

import pytest
from support.amqp import Client
from support.rabbitmq import RabbitMQServer
from support.tcp_proxy import TcpProxy

from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.producer import RabbitMQProducer
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.adapters.written_event import written
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.errors import TransientError

START = f"{PREFIX}build.start"
DATA = {"third_party_id": "acme", "parser_id": "hello"}
EVENT = written(
    {"specversion": "1.0", "id": "one", "source": "test", "type": START}, time.time_ns(), DATA
)


@pytest.fixture
async def producer(
    proxy: TcpProxy, rabbitmq: RabbitMQServer, topology: Topology
) -> AsyncIterator[RabbitMQProducer]:
    link = Link(proxy.url(rabbitmq.url), topology, MemoryMetrics())
    yield RabbitMQProducer(link)
    await link.close()


async def test_what_is_sent_waits_for_who_consumes_it(
    producer: RabbitMQProducer, client: Client
) -> None:
    await producer.send(EVENT, START)
    (kept,) = await client.look(client.topology.queue)
    message = envelope.message_of(kept)
    assert (message.body, message.content_type) == (EVENT.body, EVENT.content_type)
    assert message.message_id == "one"


async def test_what_nobody_takes_is_told(producer: RabbitMQProducer) -> None:
    with pytest.raises(TransientError, match="no queue of the broker takes it"):
        await producer.send(EVENT, "com.example.unheard")


async def test_a_broker_that_is_away_is_told(producer: RabbitMQProducer, proxy: TcpProxy) -> None:
    proxy.refuse()
    with pytest.raises(TransientError, match=f"RabbitMQ at 127.0.0.1:{proxy.port} cannot be"):
        await producer.send(EVENT, START)
