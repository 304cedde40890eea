"""The command lines of `cancel`, `delete` and `rollback`, as far as they are alike."""

import argparse
from collections.abc import Awaitable, Callable
from typing import Final

from knative_lambda.entrypoints.arguments import Commands, add_output, duration
from knative_lambda.entrypoints.target_options import add_target
from knative_lambda.settings import Settings

_WITHIN: Final = "60s"

Run = Callable[[argparse.Namespace, Settings], Awaitable[int]]


def declare(
    commands: Commands, name: str, words: str, run: Run, *kinds: str
) -> argparse.ArgumentParser:
    """Declare the command *name*, which is told one of *kinds*; it may get options of its own."""
    parser = commands.add_parser(name, help=words, description=words)
    parser.set_defaults(run=run)
    add_target(parser, *kinds)
    add = parser.add_argument_group("to wait for it").add_argument
    add("--wait", action="store_true", help="follow it until it is done")
    help_ = f"how long that may take; default: {_WITHIN}"
    add("--within", type=duration, metavar="DURATION", default=_WITHIN, help=help_)
    add = parser.add_argument_group("how it is asked for").add_argument
    add("--force", action="store_true", help="send it, whatever the records say")
    add("--correlation-id", metavar="ID", help="comes back in what the service publishes")
    add("--id", metavar="ID", help="of the event; the same again asks for nothing more")
    add_output(parser)
    return parser
