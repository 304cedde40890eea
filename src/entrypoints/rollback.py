"""`knative-lambda rollback`: asks a running service to serve an earlier build."""

import argparse

from knative_lambda.entrypoints import order_options
from knative_lambda.entrypoints.arguments import Commands
from knative_lambda.entrypoints.ordering import ordering
from knative_lambda.entrypoints.target_options import FUNCTION, function
from knative_lambda.settings import Settings


def add_to(commands: Commands) -> None:
    """Declare the command."""
    words = "serve an earlier build of a function; twice is undo"
    parser = order_options.declare(commands, "rollback", words, run, FUNCTION)
    parser.add_argument(
        "--to", metavar="BUILD", help="its id, or how that begins; default: the one before"
    )


async def run(options: argparse.Namespace, settings: Settings) -> int:
    """0 when it is asked for, and with `--wait` when that build is served."""
    meant = function(options)
    async with ordering(options, settings) as one:
        data = await one.checks.rollback(meant, options.to)
        return await one.place("service.rollback", meant, data)
