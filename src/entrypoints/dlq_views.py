"""`knative-lambda dlq list` and `show`: what there is, and everything about one."""

import argparse
import sys

from knative_lambda.adapters.terminal.letter_advice import next_step, next_step_of_function
from knative_lambda.adapters.terminal.letter_facts import facts
from knative_lambda.adapters.terminal.letter_story import story
from knative_lambda.adapters.terminal.letters import document, row, table
from knative_lambda.adapters.terminal.printable import as_json, room
from knative_lambda.application.letter_selection import Sought
from knative_lambda.domain.redaction import redacted
from knative_lambda.domain.texts import each_text
from knative_lambda.entrypoints.dlq_desk import Desk, desk
from knative_lambda.entrypoints.dlq_options import selection
from knative_lambda.entrypoints.dlq_words import counted
from knative_lambda.entrypoints.telling import say
from knative_lambda.ports.letters import Letter
from knative_lambda.settings import Settings


async def listing(options: argparse.Namespace, settings: Settings) -> int:
    """0, also when there are none. In a pipe no line is cut."""
    asked, rows = selection(options), []
    async with desk(options, settings) as place:
        async for found, said in place.letters():
            if asked.passes(found.letter, said, place.now):
                rows.append(row(found.letter, said))
    rows.sort(key=lambda one: one.kept_at or 0)
    if options.output == "json":
        sys.stdout.write(f"{as_json([document(one) for one in rows])}\n")
    elif rows:
        sys.stdout.write(table(rows, place.now, room(sys.stdout)))
    say(counted(len(rows)) + (" of that kind" if asked.is_filtered else ""))
    return 0


async def show(options: argparse.Namespace, settings: Settings) -> int:
    """0; an id that there is none of raises `NoLetterError`."""
    sought = Sought[Letter]((options.id,))
    async with desk(options, settings) as place:
        async for found, _said in place.letters():
            sought.see(found.letter.id, found.letter)
    sys.stdout.write(told(sought.found()[0], place, options.output))
    return 0


def told(letter: Letter, place: Desk, output: str) -> str:
    """All there is to tell of *letter* but credentials, as `text` or `json`."""
    said = place.read(letter)
    step = next_step_of_function(letter) if place.of_functions else next_step(letter, said)
    if output == "json":
        return f"{as_json(each_text(facts(letter, said, step), redacted.field))}\n"
    return redacted(story(letter, said, step, place.now))
