"""`knative-lambda cancel`: asks a running service to end a build."""

import argparse

from knative_lambda.entrypoints import order_options
from knative_lambda.entrypoints.arguments import Commands
from knative_lambda.entrypoints.ordering import ordering
from knative_lambda.entrypoints.target_options import BUILD, FUNCTION, target
from knative_lambda.settings import Settings


def add_to(commands: Commands) -> None:
    """Declare the command."""
    words = "end a build; of a function, the newest that runs"
    order_options.declare(commands, "cancel", words, run, BUILD, FUNCTION)


async def run(options: argparse.Namespace, settings: Settings) -> int:
    """0 when it is asked for, and with `--wait` when the build is cancelled."""
    meant = target(options)
    async with ordering(options, settings) as one:
        function, data = await one.checks.cancel(meant)
        return await one.place("build.cancel", function, data)
