"""What the commands of `dlq` tell."""

import sys
from typing import Final

from knative_lambda.adapters.terminal.letters import Row, subject

WHICH: Final = (
    "name dead letters by their ids, or choose them by filters, or say --all: "
    "one of these, and not two"
)


def done(what: str, one: Row) -> None:
    """Something was done with a letter."""
    sys.stdout.write(f"{one.id}  {what}  {subject(one)}\n")


def counted(count: int) -> str:
    """So many of them, in words."""
    return "1 dead letter" if count == 1 else f"{count or 'no'} dead letters"
