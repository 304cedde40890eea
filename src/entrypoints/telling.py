"""What commands tell: results to standard output, for a pipe; all else past it."""

import sys
from typing import Final

USAGE: Final = 2  # the exit code of a command that was called wrongly


def say(text: str) -> None:
    """Tell the person, past what a pipe takes."""
    sys.stdout.flush()
    sys.stderr.write(f"{text}\n")


def wrong(message: str) -> int:
    """Tell why nothing was done; gives the exit code."""
    say(f"knative-lambda: {message}")
    return USAGE
