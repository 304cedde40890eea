"""The command lines of `cancel`, `delete` and `rollback`, as far as they are alike."""

import argparse
from typing import Final

from knative_lambda.entrypoints.arguments import duration

_WITHIN: Final = "60s"


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("--wait", action="store_true", help="follow it until it is done")
    words = f"how long that may take; default: {_WITHIN}"
    add("--within", type=duration, metavar="DURATION", default=_WITHIN, help=words)
    add("--force", action="store_true", help="send it, whatever the records say")
    add("--correlation-id", metavar="ID", help="comes back in what the service publishes")
    add("--id", metavar="ID", help="of the event; the same again asks for nothing more")
    add("--output", choices=("text", "json"), default="text", help="default: text")
