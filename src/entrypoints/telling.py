"""What commands tell: results to standard output, for a pipe; all else past it."""

import sys
from typing import Final

from knative_lambda.adapters.terminal.printable import fitted, room

USAGE: Final = 2  # the exit code of a command that was called wrongly


def say(text: str) -> None:
    """Tell the person, past what a pipe takes."""
    sys.stdout.flush()
    sys.stderr.writelines(f"{line}\n" for line in fitted(text, room(sys.stderr)))


def wrong(message: str) -> int:
    """Tell why nothing was done; gives the exit code."""
    say(f"knative-lambda: {message}")
    return USAGE
