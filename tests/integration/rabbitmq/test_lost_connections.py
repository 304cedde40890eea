"""Connections are lost in many ways; work goes on by itself, and none of it is lost with them."""

import asyncio
import gc
import time
from collections.abc import Callable

import attrs
import pytest
from support.amqp import Client
from support.queue_workers import done, send, until, working
from support.rabbitmq import RabbitMQServer
from support.tcp_proxy import TcpProxy, free_port

from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.outbox import FunctionsOutbox, Outbox
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.application import consumer
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import DeadLetter, Retry, SetAside
from knative_lambda.ports.event_source import Delivery, Message

COUNT = 240


async def test_a_connection_that_is_cut_is_made_again(
    rabbitmq: RabbitMQServer, proxy: TcpProxy, topology: Topology
) -> None:
    async with working(proxy.url(rabbitmq.url), topology) as worker:
        sending = asyncio.create_task(send(rabbitmq.url, topology, COUNT))
        for count in (40, 80, 120):
            await worker.has_seen(count)
            proxy.cut()
        await sending
        await done(rabbitmq.url, worker, COUNT, losses=3)


async def test_a_connection_that_is_silent_is_given_up(
    rabbitmq: RabbitMQServer, topology: Topology
) -> None:
    async def silence(trouble: Callable[[TcpProxy], None]) -> None:
        own = attrs.evolve(
            topology,
            exchange=f"{topology.exchange}-{trouble.__name__}",
            queue=f"{topology.queue}-{trouble.__name__}",
        )
        async with TcpProxy("127.0.0.1", rabbitmq.port) as proxy:
            url = f"{proxy.url(rabbitmq.url)}?heartbeat=1"
            async with working(url, own) as worker:
                sending = asyncio.create_task(send(rabbitmq.url, own, COUNT))
                await worker.has_seen(40)
                trouble(proxy)
                await until(lambda: not worker.source.consuming)
                proxy.resume()
                await sending
                await done(rabbitmq.url, worker, COUNT, losses=1)

    await asyncio.gather(silence(TcpProxy.stall), silence(TcpProxy.halve))


async def test_a_broker_that_is_stopped_or_crashes_loses_nothing(
    own_rabbitmq: RabbitMQServer, topology: Topology, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "_WAITS", (0.1,))
    url = own_rabbitmq.url
    await put_away(url, topology)
    await send(url, topology, COUNT)
    async with working(url, topology) as worker:
        for count, end in ((40, own_rabbitmq.stop), (120, own_rabbitmq.kill)):
            await worker.has_seen(count)
            await asyncio.to_thread(end)
            await asyncio.to_thread(own_rabbitmq.start)
        await done(url, worker, COUNT + 2, losses=2)
    assert {"waits", "is set aside"} <= set(worker.seen)
    async with Client(url, topology) as client:
        assert await client.depth(topology.functions) == 1


async def put_away(url: str, topology: Topology) -> None:
    """Leave messages in the queues of those that wait, and a letter of a function."""
    link = Link(url, topology, MemoryMetrics())
    outbox, letters = Outbox(link, time.time_ns), FunctionsOutbox(link, time.time_ns)
    waits, aside = Retry(1, "away"), SetAside(1)
    no = DeadLetter(Rejection.UNDELIVERED, "no")
    await outbox.settle(Delivery(Message(b"", message_id="waits"), None, 0), waits)
    await outbox.settle(Delivery(Message(b"", message_id="is set aside"), None, 0), aside)
    await letters.settle(Delivery(Message(b""), None, 0), no)
    await link.close()


async def test_a_broker_that_cannot_be_reached_leaves_nothing_to_be_closed(
    topology: Topology,
) -> None:
    link = Link(f"amqp://127.0.0.1:{free_port()}/", topology, MemoryMetrics())
    with pytest.raises(TransientError):
        await link.channel()
    # A connection that was never closed warns from wherever it is forgotten, such as a thread.
    await asyncio.to_thread(gc.collect)
