"""`knative-lambda logs`: what a build has written, and writes."""

import argparse
from contextlib import aclosing

from knative_lambda.adapters.terminal.log_lines import LogLines
from knative_lambda.application.finding import Finding
from knative_lambda.domain.redaction import Redactor
from knative_lambda.entrypoints.arguments import Commands, add_output
from knative_lambda.entrypoints.connections import connections
from knative_lambda.entrypoints.reachable import readable
from knative_lambda.entrypoints.sight import log_reading
from knative_lambda.entrypoints.target_options import BUILD, FUNCTION, add_target, target
from knative_lambda.settings import Settings
from knative_lambda.sidecar.log_text import LogText


def add_to(commands: Commands) -> None:
    """Declare the command."""
    words = "print what a build has written; of a function, its newest build"
    parser = commands.add_parser("logs", help=words, description=words)
    add_target(parser, BUILD, FUNCTION)
    words = "wait for it to begin, and go on until it has ended"
    parser.add_argument("-f", "--follow", action="store_true", help=words)
    add_output(parser)
    parser.set_defaults(run=run)


async def run(options: argparse.Namespace, settings: Settings) -> int:
    """0; where there is no log, `NoLogError` says why."""
    meant = target(options)
    readable(settings)
    async with connections(settings) as container:
        record, build = await Finding(container.records()).build_of(meant)
        lines = LogLines(build.id, options.output == "json")
        text = LogText(Redactor())  # which also makes harmless what could steer a terminal
        found = log_reading(container).of(record.function, build.id, follow=options.follow)
        async with aclosing(found) as pieces:
            async for piece in pieces:
                lines.write(text.feed(piece))
        lines.write(text.end())
    return 0
