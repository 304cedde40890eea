"""Where dead letters are looked through: what the commands of `dlq` have in common."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs

from knative_lambda.adapters.rabbitmq.dead_letters import DeadLetters, Found, Look
from knative_lambda.application.replay import reading
from knative_lambda.entrypoints.container import Container
from knative_lambda.ports.letters import Letter, Reading
from knative_lambda.settings import Settings, SettingsError

_NO_QUEUE = (
    "KLB_EVENT_SOURCE: must be rabbitmq for this command: without it there is no queue of dead "
    "letters, each is an event dead.letter that K_SINK gets"
)


@attrs.frozen
class Desk:
    """The dead letters of one queue, while one looks at them.

    Attributes:
        of_functions: Whether they are events that functions did not take, and no requests to us.
        now: UTC nanoseconds since 1970; ages are as of then.
    """

    look: Look
    default_source: str
    of_functions: bool
    now: int

    def read(self, letter: Letter) -> Reading:
        """What the message of *letter* says; only what is a request to us can be refused."""
        said = reading(letter.message, self.default_source)
        return attrs.evolve(said, refusal=None) if self.of_functions else said

    async def letters(self) -> AsyncIterator[tuple[Found, Reading]]:
        """All there are, and what they say, in the order of their queue; once."""
        async for found in self.look.letters():
            yield found, self.read(found.letter)


@asynccontextmanager
async def desk(options: argparse.Namespace, settings: Settings) -> AsyncIterator[Desk]:
    """The desk for the queue that is asked for; its connection ends with it."""
    if settings.event_source != "rabbitmq":
        raise SettingsError(_NO_QUEUE)
    container = Container(settings=settings)
    link, functions = container.link(), options.functions
    queue = link.topology.functions if functions else link.topology.dead_letters
    try:
        async with DeadLetters(link, queue).look() as look:
            yield Desk(look, settings.default_source, functions, container.now()())
    finally:
        await link.close()
