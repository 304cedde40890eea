"""`knative-lambda doctor`: sees to all that the service depends on, and says what to mend."""

import argparse
import sys

from knative_lambda.adapters.terminal.findings import document, report
from knative_lambda.adapters.terminal.live_line import LiveLine
from knative_lambda.application.examination import Examination
from knative_lambda.entrypoints.arguments import Commands, add_output
from knative_lambda.entrypoints.connections import connections
from knative_lambda.entrypoints.doctor_checks import WITHIN, checks
from knative_lambda.entrypoints.telling import say
from knative_lambda.ports.check import Severity
from knative_lambda.settings import Settings


def add_to(commands: Commands) -> None:
    """Declare the command."""
    words = "see to all that the service depends on, and say what mends it"
    parser = commands.add_parser("doctor", help=words, description=words)
    add_output(parser)
    # What the service could not run by is told before anything is looked at.
    parser.set_defaults(run=run, serves=True)


async def run(options: argparse.Namespace, settings: Settings) -> int:
    """0 when nothing was found that keeps the service from its work, else 1."""
    async with connections(settings) as container:
        examination = Examination(tuple(checks(container, settings)), WITHIN)
        async with LiveLine(sys.stderr, "seeing to all that the service depends on").kept():
            found = await examination.findings()
    if options.output == "json":
        sys.stdout.write(f"{document(found)}\n")
    else:
        sys.stdout.write(report(found, sys.stdout))
    failed = sum(each.severity is Severity.FAIL for each in found)
    doubtful = sum(each.severity is Severity.WARNING for each in found)
    say(f"{len(found)} things seen to: {failed or 'none'} failed, {doubtful or 'none'} doubtful")
    return 1 if failed else 0
