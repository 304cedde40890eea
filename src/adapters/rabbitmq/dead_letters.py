"""The dead letters of a queue: looked through by a person, and replayed or removed."""

from collections.abc import AsyncGenerator

import attrs
from aio_pika.abc import AbstractIncomingMessage

from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.adapters.rabbitmq.errors import declaring
from knative_lambda.adapters.rabbitmq.letter import Letter, letter_of
from knative_lambda.adapters.rabbitmq.link import PUBLISH_TIMEOUT, Link


@attrs.frozen
class Found:
    """A letter that is held while others are looked at."""

    letter: Letter
    incoming: AbstractIncomingMessage = attrs.field(repr=False, eq=False)


@attrs.frozen
class DeadLetters:
    """Those in *queue*."""

    link: Link
    queue: str

    async def browse(self) -> AsyncGenerator[Found, None]:
        """Each letter that is there now; what is not removed goes back to its place at the end.

        Meanwhile nobody else sees them. One is in memory at a time.

        Raises:
            SetupError: The broker does not fit this service.
            TransientError: It cannot be reached.
        """
        channel = await self.link.channel()
        try:
            with declaring(f"queue {self.queue!r}"):
                queue = await channel.declare_queue(self.queue, passive=True)
            for _ in range(queue.declaration_result.message_count or 0):
                with self.link.using(f"reading {self.queue}"):
                    incoming = await queue.get(fail=False, timeout=PUBLISH_TIMEOUT)
                if incoming is None:
                    break
                yield Found(letter_of(incoming), incoming)
        finally:
            # It ends when the broker has seen to all that was removed.
            with self.link.using(f"leaving {self.queue}"):
                await channel.close()

    async def replay(self, found: Found) -> None:
        """Send it again to our queue, as it was, with the same id; then remove it.

        Raises:
            SetupError: The broker does not fit this service.
            TransientError: It is still here, and may be there as well.
        """
        letter = found.letter
        message = envelope.replayed(letter.message, letter.replays + 1, found.incoming)
        await self.link.publish(message, "", self.link.topology.queue)
        await self.remove(found)

    async def remove(self, found: Found) -> None:
        """Remove it for good.

        Raises:
            TransientError: It may still be here.
        """
        with self.link.using(f"removing from {self.queue}"):
            await found.incoming.ack()
