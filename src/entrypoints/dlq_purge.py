"""`knative-lambda dlq purge`: letters are removed for good."""

import argparse
import asyncio
import sys

from knative_lambda.adapters.terminal.letters import Row, row
from knative_lambda.application.letter_selection import Sought
from knative_lambda.entrypoints.dlq_desk import desk
from knative_lambda.entrypoints.dlq_options import selection
from knative_lambda.entrypoints.dlq_words import WHICH, counted, done
from knative_lambda.entrypoints.telling import say, wrong
from knative_lambda.settings import Settings

_Held = tuple[Row, int]  # and its tag: without its body


async def purge(options: argparse.Namespace, settings: Settings) -> int:
    """0 when all that were meant were removed, 1 when not, 2 when it is not clear which."""
    asked = selection(options)
    if not asked.is_one_thing:
        return wrong(WHICH)
    if not options.yes and not sys.stdin.isatty():
        return wrong("nobody is there to be asked whether to remove them for good: say --yes")
    sought, meant = Sought[_Held](asked.ids), list[_Held]()
    async with desk(options, settings) as place:
        async for found, said in place.letters():
            held = row(found.letter, said), found.tag
            sought.see(found.letter.id, held)
            if not asked.ids and asked.passes(found.letter, said, place.now):
                meant.append(held)
        meant += sought.found()
        if meant and not options.yes and not await _agreed(len(meant)):
            say("nothing was removed")
            return 1
        for one, tag in meant:
            await place.look.remove(tag)
            done("removed", one, options.output)
    say(f"{counted(len(meant))} removed")
    return 0


async def _agreed(count: int) -> bool:
    """Ask; the connection is kept alive meanwhile."""
    sys.stderr.write(f"Remove {counted(count)} for good? [y/N] ")
    sys.stderr.flush()
    loop, answered = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), answered.set)
    try:
        await answered.wait()
    finally:
        loop.remove_reader(sys.stdin.fileno())
    return sys.stdin.readline().strip().lower() in ("y", "yes")
