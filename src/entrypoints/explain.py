"""`knative-lambda explain`: one build's story, why it is so, and the next step."""

import argparse
import sys

from knative_lambda.adapters.terminal.explanation import explanation
from knative_lambda.adapters.terminal.explanation_facts import explanation_facts
from knative_lambda.adapters.terminal.printable import as_json
from knative_lambda.domain.redaction import redacted
from knative_lambda.domain.texts import each_text
from knative_lambda.entrypoints.arguments import Commands, add_output
from knative_lambda.entrypoints.connections import connections
from knative_lambda.entrypoints.event_options import add_event, target_or_event
from knative_lambda.entrypoints.reachable import readable
from knative_lambda.entrypoints.sight import explaining
from knative_lambda.entrypoints.target_options import BUILD, FUNCTION, add_target
from knative_lambda.ports.build_view import BuildView
from knative_lambda.settings import Settings


def add_to(commands: Commands) -> None:
    """Declare the command."""
    words = "tell the story of one build, why it is as it is, and what to do next"
    parser = commands.add_parser("explain", help=words, description=words)
    add_target(parser, BUILD, FUNCTION)
    add_event(parser)
    add_output(parser)
    parser.set_defaults(run=run)


async def run(options: argparse.Namespace, settings: Settings) -> int:
    """0; 1 for a build that nothing is known of."""
    meant = target_or_event(options)
    readable(settings)
    async with connections(settings) as container:
        view = await explaining(container, settings).of(meant)
        now = container.now()()
    sys.stdout.write(_told(view, now, options.output))
    return 1 if view.build is None and view.letter is None else 0


def _told(view: BuildView, now: int, output: str) -> str:
    if output == "json":
        return f"{as_json(each_text(explanation_facts(view, now), redacted.field))}\n"
    return redacted(explanation(view))
