"""`knative-lambda delete`: asks a running service to serve a function no more."""

import argparse

from knative_lambda.entrypoints import order_options
from knative_lambda.entrypoints.arguments import Commands
from knative_lambda.entrypoints.ordering import ordering
from knative_lambda.entrypoints.target_options import FUNCTION, function
from knative_lambda.settings import Settings


def add_to(commands: Commands) -> None:
    """Declare the command."""
    words = "serve a function no more; earlier builds do not bring it back"
    parser = order_options.declare(commands, "delete", words, run, FUNCTION)
    parser.add_argument("--reason", metavar="TEXT", help="why; it is kept, and published")


async def run(options: argparse.Namespace, settings: Settings) -> int:
    """0 when it is asked for, and with `--wait` when the function is gone."""
    meant = function(options)
    why = {"reason": options.reason} if options.reason else {}
    async with ordering(options, settings) as one:
        return await one.place("service.delete", meant, await one.checks.delete(meant) | why)
