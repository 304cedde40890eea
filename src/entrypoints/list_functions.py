"""`knative-lambda list`: all functions, with what is served of each."""

import argparse
import sys
from typing import Final

from knative_lambda.adapters.terminal.colours import coloured
from knative_lambda.adapters.terminal.function_facts import summary
from knative_lambda.adapters.terminal.function_list import table
from knative_lambda.adapters.terminal.printable import as_json, room
from knative_lambda.domain.recency import last_asked
from knative_lambda.entrypoints.arguments import Commands, add_output, count
from knative_lambda.entrypoints.connections import connections
from knative_lambda.entrypoints.reachable import readable
from knative_lambda.entrypoints.sight import overview_of
from knative_lambda.entrypoints.telling import say
from knative_lambda.settings import Settings

_USUALLY: Final = 50  # each is looked at in the cluster


def add_to(commands: Commands) -> None:
    """Declare the command."""
    words = "list the functions, those that were asked for last first"
    parser = commands.add_parser("list", help=words, description=words)
    which = parser.add_argument_group("which functions")
    which.add_argument("--third-party", dest="third_party_id", metavar="ID", help="only its own")
    help_ = f"how many at most; default: {_USUALLY}"
    which.add_argument("--limit", type=count, metavar="N", default=_USUALLY, help=help_)
    add_output(parser, "table")
    parser.set_defaults(run=run)


async def run(options: argparse.Namespace, settings: Settings) -> int:
    """0, also when there are none. In a pipe no line is cut."""
    readable(settings)
    async with connections(settings) as container:
        known = [stored.record for stored in await container.records().list()]
        wanted = options.third_party_id
        known = [one for one in known if wanted in (None, one.function.third_party_id)]
        newest = sorted(known, key=last_asked, reverse=True)[: options.limit]
        overview = overview_of(container)
        views, now = await overview.of_all(newest), container.now()()
    if options.output == "json":
        sys.stdout.write(f"{as_json([summary(view, now) for view in views])}\n")
    elif views:
        sys.stdout.write(table(views, now, room(sys.stdout), coloured=coloured(sys.stdout)))
    say(_counted(len(views), len(known)))
    return 0


def _counted(shown: int, known: int) -> str:
    if shown < known:
        return f"{shown} of {known} functions; --limit shows more"
    return "1 function" if known == 1 else f"{known or 'no'} functions"
