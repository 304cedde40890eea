"""`knative-lambda cancel`: asks a running service to end a build."""

import argparse

from knative_lambda.entrypoints import order_options
from knative_lambda.entrypoints.ordering import ordering
from knative_lambda.entrypoints.target_options import BUILD, FUNCTION, add_target, target
from knative_lambda.settings import Settings


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    words = "end a build; of a function, the newest that runs"
    parser = commands.add_parser("cancel", help=words, description=words)
    add_target(parser, BUILD, FUNCTION)
    order_options.declare(parser)
    parser.set_defaults(run=run)


async def run(options: argparse.Namespace, settings: Settings) -> int:
    """0 when it is asked for, and with `--wait` when the build is cancelled."""
    meant = target(options)
    async with ordering(options, settings) as one:
        function, data = await one.checks.cancel(meant)
        return await one.place("build.cancel", function, data)
