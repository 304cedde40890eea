"""`knative-lambda status`: how a function stands, or one of its builds."""

import argparse
import sys

from knative_lambda.adapters.terminal.build_facts import build_facts
from knative_lambda.adapters.terminal.build_story import build_story
from knative_lambda.adapters.terminal.colours import coloured
from knative_lambda.adapters.terminal.function_facts import facts
from knative_lambda.adapters.terminal.function_story import story
from knative_lambda.adapters.terminal.printable import as_json, room
from knative_lambda.application.finding import Finding, Found
from knative_lambda.application.overview import Overview
from knative_lambda.entrypoints.arguments import Commands, add_output
from knative_lambda.entrypoints.connections import connections
from knative_lambda.entrypoints.reachable import readable
from knative_lambda.entrypoints.sight import overview_of
from knative_lambda.entrypoints.target_options import BUILD, FUNCTION, add_target, target
from knative_lambda.settings import Settings


def add_to(commands: Commands) -> None:
    """Declare the command."""
    words = "show how a function stands: its builds, what is served, and where"
    parser = commands.add_parser("status", help=words, description=words)
    add_target(parser, FUNCTION, BUILD)
    add_output(parser)
    parser.set_defaults(run=run)


async def run(options: argparse.Namespace, settings: Settings) -> int:
    """0; what nothing is known of raises `UnknownTargetError`."""
    meant = target(options)
    readable(settings)
    async with connections(settings) as container:
        found = await Finding(container.records()).of(meant)
        overview = overview_of(container)
        told = await _told(found, overview, container.now()(), as_text=options.output == "text")
    sys.stdout.write(told)
    return 0


async def _told(found: Found, overview: Overview, now: int, *, as_text: bool) -> str:
    record, build = found.record, found.build
    if build is None:
        view = await overview.of(record)
        if as_text:
            return story(view, now, room(sys.stdout), coloured=coloured(sys.stdout))
        return f"{as_json(facts(view, now))}\n"
    if as_text:
        return build_story(record, build, now)
    return f"{as_json(build_facts(record, build, now))}\n"
