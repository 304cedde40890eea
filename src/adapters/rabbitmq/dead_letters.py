"""The dead letters of a queue: looked through by a person, and replayed or removed."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import attrs
from aio_pika.abc import AbstractIncomingMessage, AbstractQueue

from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.adapters.rabbitmq.errors import declaring
from knative_lambda.adapters.rabbitmq.letter import letter_of
from knative_lambda.adapters.rabbitmq.link import PUBLISH_TIMEOUT, Link
from knative_lambda.ports.letters import Letter


@attrs.frozen
class Found:
    """A letter that was looked at, and is held for as long as one looks.

    Attributes:
        tag: What it can be removed by, without its body being kept in memory.
    """

    letter: Letter
    tag: int
    incoming: AbstractIncomingMessage = attrs.field(repr=False, eq=False)


@attrs.frozen
class Look:
    """A look at a queue; nobody else sees the letters that were come across."""

    link: Link
    queue: AbstractQueue

    async def letters(self) -> AsyncGenerator[Found, None]:
        """Each letter that was there when the look began, in the order of the queue.

        Raises:
            TransientError: The broker cannot be reached.
        """
        for _ in range(self.queue.declaration_result.message_count or 0):
            with self.link.using(f"reading {self.queue.name}"):
                incoming = await self.queue.get(fail=False, timeout=PUBLISH_TIMEOUT)
            if incoming is None:
                break
            yield Found(letter_of(incoming), incoming.delivery_tag or 0, incoming)

    async def replay(self, found: Found) -> None:
        """Send it again to our queue, as it was, with the same id; then remove it.

        Raises:
            SetupError: The broker does not fit this service.
            TransientError: It is still here, and may be there as well.
        """
        letter = found.letter
        message = envelope.replayed(letter.message, letter.replays + 1, found.incoming)
        await self.link.publish(message, "", self.link.topology.queue)
        await self.remove(found.tag)

    async def remove(self, tag: int) -> None:
        """Remove a letter for good.

        Raises:
            TransientError: It may still be here.
        """
        with self.link.using(f"removing from {self.queue.name}"):
            await (await self.queue.channel.get_underlay_channel()).basic_ack(tag)


@attrs.frozen
class DeadLetters:
    """Those in *queue*."""

    link: Link
    queue: str

    @asynccontextmanager
    async def look(self) -> AsyncIterator[Look]:
        """Look through them; what was not removed goes back to its place, soon after the end.

        Raises:
            SetupError: The broker does not fit this service.
            TransientError: It cannot be reached.
        """
        channel = await self.link.channel()
        with declaring(f"queue {self.queue!r}"):
            queue = await channel.declare_queue(self.queue, passive=True)
        try:
            yield Look(self.link, queue)
        finally:
            # The broker answers when it has seen to all that was removed.
            with self.link.using(f"leaving {self.queue}"):
                await channel.close()
