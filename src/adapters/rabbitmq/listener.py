"""Events as they are published, heard beside those they are meant for."""

import asyncio
from collections.abc import AsyncIterator, Iterable

import attrs
from aio_pika.abc import AbstractIncomingMessage

from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.adapters.rabbitmq.errors import declaring
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.errors import PermanentError, TransientError
from knative_lambda.ports import wire

_Heard = asyncio.Queue[AbstractIncomingMessage | None]


@attrs.frozen
class RabbitMQListener:
    """Has a queue of its own, which takes from nobody and is gone with the connection."""

    link: Link

    async def listen(self, types: Iterable[str]) -> AsyncIterator[CloudEvent]:
        """The events of these *types* that are published after this has returned.

        The iterator raises TransientError when the connection is lost, and with it whatever is
        published until one listens again. What cannot be read is left out.

        Raises:
            SetupError: The broker does not let us listen.
            TransientError: It cannot be reached.
        """
        channel = await self.link.channel()
        heard: _Heard = asyncio.Queue()

        async def take(incoming: AbstractIncomingMessage) -> None:
            heard.put_nowait(incoming)

        def end(*_: object) -> None:
            heard.put_nowait(None)

        with declaring("a queue of one's own, to listen by,"):
            queue = await channel.declare_queue(exclusive=True, auto_delete=True)
            for key in sorted(types):
                await queue.bind(self.link.topology.exchange, key)
            channel.close_callbacks.add(end)
            await queue.consume(take, no_ack=True)
        return _read(heard)


async def _read(heard: _Heard) -> AsyncIterator[CloudEvent]:
    while (incoming := await heard.get()) is not None:
        try:
            event = wire.decode(envelope.message_of(incoming))
        except PermanentError:
            continue
        yield event
    raise TransientError("the connection to the broker is lost")
