"""What a user may do in a virtual host, found out without doing any of it.

The broker looks at permissions first, and then at arguments: what has an argument that no broker
takes is refused for that by a user who may do it, and for the permission by one who may not.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

import attrs
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import ChannelClosed
from aiormq.abc import AbstractChannel, DeliveredMessage
from aiormq.exceptions import ChannelAccessRefused
from pamqp.commands import Basic

from knative_lambda.adapters.rabbitmq.errors import publishing
from knative_lambda.adapters.rabbitmq.topology import Topology

_IMPOSSIBLE: Final = "none"  # in place of a number
_PROBE: Final = "network.notifi.lambda.build.started"  # some brokers look at routing keys too
_DEFAULT: Final = "amq.default"  # what permissions call the exchange that has no name

_Probe = Callable[[AbstractChannel, str], Awaitable[object]]


async def _configure(channel: AbstractChannel, queue: str) -> object:
    return await channel.queue_declare(queue, durable=True, arguments={"x-message-ttl": -1})


async def _write(channel: AbstractChannel, exchange: str) -> object:
    properties = Basic.Properties(expiration=_IMPOSSIBLE)
    return await channel.basic_publish(
        b"", exchange=exchange, routing_key=_PROBE, properties=properties
    )


async def _read(channel: AbstractChannel, queue: str) -> object:
    return await channel.basic_consume(queue, _ignore, arguments={"x-priority": _IMPOSSIBLE})


async def _ignore(_message: DeliveredMessage) -> None:
    """Nothing is ever delivered."""


@attrs.frozen
class Rights:
    """Which names the service configures, writes to and reads from; queues, but for *write*."""

    configure: tuple[str, ...]
    write: tuple[str, ...]
    read: tuple[str, ...]

    @classmethod
    def needed(cls, topology: Topology, *, passive: bool) -> "Rights":
        """What the service needs; with *passive* it makes nothing."""
        queues = tuple(queue.name for queue in topology.queues())
        consumed = (topology.queue, topology.dead_letters, topology.functions)
        exchanges = (topology.exchange, topology.dead_letter_exchange, "")
        return cls(() if passive else queues, exchanges, consumed)

    def patterns(self, topology: Topology, *, passive: bool) -> tuple[str, str, str]:
        """As `rabbitmqctl set_permissions` takes them, in its order."""
        written = [name or _DEFAULT for name in self.write]
        if passive:
            return (_any(()), _any(written), _any(self.read))
        # To bind a queue takes both: to write to it, and to read from its exchange. What else is
        # made bears the name of the queue.
        exchange, queue, functions = map(
            _literal, (topology.exchange, topology.queue, topology.functions)
        )
        names = rf"{exchange}|{queue}(\..+)?|{functions}"
        return (f"^({names})$", f"^({names}|{_literal(_DEFAULT)})$", f"^({names})$")


async def lacking(connection: AbstractConnection, rights: Rights) -> Sequence[str]:
    """What of *rights* the user of *connection* does not have, in words.

    Raises:
        TransientError: The connection is lost.
    """
    found: list[str] = []
    for words, probe, names in (
        ("configure the queue", _configure, rights.configure),
        ("write to the exchange", _write, rights.write),
        ("read from the queue", _read, rights.read),
    ):
        denied = [name or _DEFAULT for name in names if not await _may(connection, probe, name)]
        if denied:
            more = f" and {len(denied) - 1} more" if len(denied) > 1 else ""
            found.append(f"{words} {denied[0]!r}{more}")
    return found


async def _may(connection: AbstractConnection, probe: _Probe, name: str) -> bool:
    with publishing("a permission"):
        channel = await connection.channel()
        try:
            await probe(await channel.get_underlay_channel(), name)
        except ChannelAccessRefused:
            return False
        except ChannelClosed:
            return True
    return True


def _any(names: Iterable[str]) -> str:
    told = "|".join(map(_literal, dict.fromkeys(names)))
    return f"^({told})$" if told else "^$"


def _literal(name: str) -> str:
    return re.escape(name).replace("\\-", "-")
