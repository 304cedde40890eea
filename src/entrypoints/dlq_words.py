"""What the commands of `dlq` tell: results to a pipe, all else past it."""

import sys
from typing import Final

from knative_lambda.adapters.terminal.letters import Row, subject

USAGE: Final = 2  # the exit code of a command that was called wrongly
WHICH: Final = (
    "name dead letters by their ids, or choose them by filters, or say --all: "
    "one of these, and not two"
)


def done(what: str, one: Row) -> None:
    """Something was done with a letter."""
    sys.stdout.write(f"{one.id}  {what}  {subject(one)}\n")


def say(text: str) -> None:
    """Tell the person, past what a pipe takes."""
    sys.stdout.flush()
    sys.stderr.write(f"{text}\n")


def wrong(message: str) -> int:
    """Tell why nothing was done; gives the exit code."""
    say(f"knative-lambda: {message}")
    return USAGE


def counted(count: int) -> str:
    """So many of them, in words."""
    return "1 dead letter" if count == 1 else f"{count or 'no'} dead letters"
