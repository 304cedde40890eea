"""`knative-lambda dlq replay`: letters are sent again, to where they came from."""

import argparse

import attrs

from knative_lambda.adapters.rabbitmq.dead_letters import Found
from knative_lambda.adapters.terminal.letters import row
from knative_lambda.application.letter_selection import Sought
from knative_lambda.entrypoints.dlq_desk import Desk, desk
from knative_lambda.entrypoints.dlq_options import selection
from knative_lambda.entrypoints.dlq_words import WHICH, counted, done, refused
from knative_lambda.entrypoints.telling import say, wrong
from knative_lambda.settings import Settings


@attrs.define
class _Replay:
    """Sends letters again, and counts them."""

    place: Desk
    force: bool
    output: str
    sent: int = 0
    refused: int = 0

    async def one(self, found: Found) -> None:
        said = self.place.read(found.letter)
        if said.refusal is not None and not self.force:
            self.refused += 1
            refused(str(said.refusal), row(found.letter, said), self.output)
            return
        await self.place.look.replay(found)
        self.sent += 1
        done("sent again", row(found.letter, said), self.output)


async def replay(options: argparse.Namespace, settings: Settings) -> int:
    """0 when all that were meant were sent again, 1 when not, 2 when it is not clear which."""
    asked = selection(options)
    if options.functions:
        return wrong("a function's events come from its broker: have them sent again there")
    if not asked.is_one_thing:
        return wrong(WHICH)
    sought = Sought[Found](asked.ids)
    async with desk(options, settings) as place:
        work = _Replay(place, options.force, options.output)
        async for found, said in place.letters():
            sought.see(found.letter.id, found)
            if not asked.ids and asked.passes(found.letter, said, place.now):
                await work.one(found)
        for found in sought.found():
            await work.one(found)
    more = f", {work.refused} not, which --force sends all the same" if work.refused else ""
    say(f"{counted(work.sent)} sent again{more}")
    return 1 if work.refused else 0
