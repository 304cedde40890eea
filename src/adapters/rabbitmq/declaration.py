"""Declaring the topology, or checking that it stands."""

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel
from pamqp.common import FieldTable

from knative_lambda.adapters.rabbitmq.errors import declaring
from knative_lambda.adapters.rabbitmq.topology import Queue, Topology


async def declare(channel: AbstractChannel, topology: Topology) -> None:
    """Make all of *topology* that is not there yet.

    Raises:
        SetupError: Something of that name is there and is another, or we may not.
        TransientError: The broker cannot be reached.
    """
    kinds = {
        topology.exchange: ExchangeType.TOPIC,
        topology.dead_letter_exchange: ExchangeType.FANOUT,
    }
    for name, kind in kinds.items():
        with declaring(f"exchange {name!r}"):
            await channel.declare_exchange(name, kind, durable=True)
    for queue in topology.queues():
        with declaring(f"queue {queue.name!r}"):
            await _declare(channel, queue)


async def _declare(channel: AbstractChannel, queue: Queue) -> None:
    arguments: FieldTable = {"x-queue-type": "quorum", **queue.arguments}
    declared = await channel.declare_queue(queue.name, durable=True, arguments=arguments)
    for key in queue.keys if queue.bound_to else ():
        await declared.bind(queue.bound_to, key)


async def check(channel: AbstractChannel, topology: Topology) -> None:
    """See that every exchange and queue of *topology* is there, whatever it is exactly.

    Raises:
        SetupError: One is missing.
        TransientError: The broker cannot be reached.
    """
    for name in (topology.exchange, topology.dead_letter_exchange):
        with declaring(f"exchange {name!r}"):
            await channel.declare_exchange(name, passive=True)
    for queue in topology.queues():
        with declaring(f"queue {queue.name!r}"):
            await channel.declare_queue(queue.name, passive=True)


async def check_exchange(channel: AbstractChannel, topology: Topology) -> None:
    """See that the exchange is there, which is all that a publisher needs to know of.

    Raises:
        SetupError: It is missing.
        TransientError: The broker cannot be reached.
    """
    with declaring(f"exchange {topology.exchange!r}"):
        await channel.declare_exchange(topology.exchange, passive=True)
