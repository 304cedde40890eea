"""Events as they are published, heard beside those they are meant for."""

import asyncio
from collections.abc import AsyncIterator, Iterable

import attrs
from aio_pika.abc import AbstractIncomingMessage

from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.adapters.rabbitmq.errors import declaring
from knative_lambda.adapters.rabbitmq.letter import letter_of
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.domain import intake
from knative_lambda.domain.announcement import DEAD_LETTER
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.errors import PermanentError, TransientError
from knative_lambda.domain.ids import request_id
from knative_lambda.ports import wire
from knative_lambda.ports.letters import Letter

_Heard = asyncio.Queue[AbstractIncomingMessage | None]


@attrs.frozen
class RabbitMQListener:
    """Has a queue of its own, which takes from nobody and is gone with the connection."""

    link: Link

    async def listen(self, types: Iterable[str]) -> AsyncIterator[CloudEvent]:
        """The events of these *types* that are published after this has returned.

        With `DEAD_LETTER` among them, what is given up is heard too, as an event that names it.
        The iterator raises TransientError when the connection is lost, and with it whatever is
        published until one listens again. What cannot be read is left out.

        Raises:
            SetupError: The broker does not let us listen.
            TransientError: It cannot be reached.
        """
        channel, topology = await self.link.channel(), self.link.topology
        heard: _Heard = asyncio.Queue()

        async def take(incoming: AbstractIncomingMessage) -> None:
            heard.put_nowait(incoming)

        def end(*_: object) -> None:
            heard.put_nowait(None)

        with declaring("a queue of one's own, to listen by,"):
            queue = await channel.declare_queue(exclusive=True, auto_delete=True)
            for key in sorted(types):
                given_up = key == DEAD_LETTER
                exchange = topology.dead_letter_exchange if given_up else topology.exchange
                await queue.bind(exchange, key)
            channel.close_callbacks.add(end)
            await queue.consume(take, no_ack=True)
        return _read(heard, topology.dead_letter_exchange)


async def _read(heard: _Heard, given_up: str) -> AsyncIterator[CloudEvent]:
    while (incoming := await heard.get()) is not None:
        try:
            event = wire.decode(envelope.message_of(incoming))
        except PermanentError:
            continue
        yield _told(event, letter_of(incoming)) if incoming.exchange == given_up else event
    raise TransientError("the connection to the broker is lost")


def _told(event: CloudEvent, letter: Letter) -> CloudEvent:
    """That *event* was given up, named for the request that it made."""
    function = intake.named_function(event)
    return CloudEvent(
        id=f"{request_id(event.source, event.id)}.dead.letter",
        source=PREFIX.removesuffix("."),
        type=DEAD_LETTER,
        subject=function.parser_id if function is not None else None,
        time=letter.kept_at,
        data={
            **(attrs.asdict(function) if function is not None else {}),
            "reason": letter.reason,
            "detail": letter.detail,
            "type": event.type,
        },
    )
