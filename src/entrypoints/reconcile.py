"""`knative-lambda reconcile`: finds what nobody was told of, and what was left behind."""

import argparse

from knative_lambda.entrypoints.arguments import Commands, duration
from knative_lambda.entrypoints.process import process
from knative_lambda.settings import Settings


def add_to(commands: Commands) -> None:
    """Declare the command."""
    words = "look at every build once, and mend what was missed"
    parser = commands.add_parser("reconcile", help=words, description=words)
    parser.add_argument(
        "--every", type=duration, metavar="DURATION", help="go on, this often, such as 60s"
    )
    parser.set_defaults(run=run, quiet=False, serves=True)


async def run(options: argparse.Namespace, settings: Settings) -> int:
    """0 when everything could be looked at, else 1; with `--every` it ends by a signal."""
    async with process(settings) as container:
        sweeper = container.sweeper()
        good = await sweeper.once()
        if options.every is None:
            return 0 if good else 1
        await sweeper.run(options.every)
    return 0
