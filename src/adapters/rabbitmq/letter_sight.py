"""Dead letters in their queue, looked at and left there."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import attrs

from knative_lambda.adapters.rabbitmq.dead_letters import DeadLetters
from knative_lambda.adapters.rabbitmq.errors import declaring
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.ports.letter_sight import LetterSight
from knative_lambda.ports.letters import Letter


@attrs.frozen
class RabbitMQLetterSight(LetterSight):
    """Each look has a channel of its own; when that is closed, the letters are back."""

    link: Link

    async def count(self) -> int:
        """What the broker counts; no letter is fetched."""
        name = self.link.topology.dead_letters
        channel = await self.link.channel()
        try:
            with declaring(f"queue {name!r}"):
                queue = await channel.declare_queue(name, passive=True)
        finally:
            with self.link.using(f"leaving {name}"):
                await channel.close()
        return queue.declaration_result.message_count or 0

    async def letters(self, most: int) -> AsyncGenerator[Letter, None]:
        """One after the other, so that no more than one is in memory."""
        dead = DeadLetters(self.link, self.link.topology.dead_letters)
        async with dead.look() as look, aclosing(look.letters()) as found:
            for _ in range(most):
                one = await anext(found, None)
                if one is None:
                    return
                yield one.letter
