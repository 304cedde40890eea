"""Which exchanges and queues stand in a broker, found out without making any."""

from collections.abc import Sequence

import attrs
from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import ChannelNotFoundEntity, ChannelPreconditionFailed
from aiormq.exceptions import ChannelAccessRefused
from pamqp.common import FieldTable

from knative_lambda.adapters.rabbitmq.errors import publishing
from knative_lambda.adapters.rabbitmq.topology import Topology


@attrs.frozen
class Presence:
    """What is not as it should be: `exchange 'x'` or `queue 'x'`.

    Attributes:
        missing: Is not there.
        others: Is there, and was made in another way than ours.
    """

    missing: Sequence[str]
    others: Sequence[str]


@attrs.frozen
class _Thing:
    """An exchange of that *kind*, or else a queue with those *arguments*."""

    name: str
    kind: ExchangeType | None = None
    arguments: FieldTable = attrs.field(factory=dict)

    def __str__(self) -> str:
        return f"{'queue' if self.kind is None else 'exchange'} {self.name!r}"

    async def declare(self, channel: AbstractChannel, *, passive: bool) -> None:
        """With *passive*, only see that it is there."""
        if self.kind is None:
            arguments = {} if passive else self.arguments
            await channel.declare_queue(
                self.name, durable=True, passive=passive, arguments=arguments
            )
        else:
            await channel.declare_exchange(self.name, self.kind, durable=True, passive=passive)


async def presence(
    connection: AbstractConnection, topology: Topology, *, passive: bool
) -> Presence:
    """What of *topology* stands there; with *passive*, whatever it is exactly.

    Raises:
        TransientError: The connection is lost.
    """
    missing, others = [], []
    for thing in _things(topology):
        with publishing(str(thing)):
            if not await _is_there(connection, thing):
                missing.append(str(thing))
            elif not passive and not await _is_ours(connection, thing):
                others.append(str(thing))
    return Presence(missing, others)


def _things(topology: Topology) -> Sequence[_Thing]:
    return [
        _Thing(topology.exchange, ExchangeType.TOPIC),
        _Thing(topology.dead_letter_exchange, ExchangeType.FANOUT),
        *(
            _Thing(queue.name, arguments={"x-queue-type": "quorum", **queue.arguments})
            for queue in topology.queues()
        ),
    ]


async def _is_there(connection: AbstractConnection, thing: _Thing) -> bool:
    async with connection.channel() as channel:
        try:
            await thing.declare(channel, passive=True)
        except ChannelNotFoundEntity:
            return False
    return True


async def _is_ours(connection: AbstractConnection, thing: _Thing) -> bool:
    """Declare again what is there: that changes nothing, or is refused."""
    async with connection.channel() as channel:
        try:
            await thing.declare(channel, passive=False)
        except ChannelPreconditionFailed:
            return False
        except ChannelAccessRefused:
            return True  # as far as can be told: who may not make it has to take it as it is
    return True
