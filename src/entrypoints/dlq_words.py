"""What the commands of `dlq` tell."""

import json
import sys
from typing import Final

from knative_lambda.adapters.terminal.letters import Row, document, subject
from knative_lambda.domain.printable import printable
from knative_lambda.entrypoints.telling import say

WHICH: Final = (
    "name dead letters by their ids, or choose them by filters, or say --all: "
    "one of these, and not two"
)


def done(what: str, one: Row, output: str) -> None:
    """*what* was done with a letter, such as `sent again`, as `text` or `json`."""
    if output == "json":
        _object(what, one)
    else:
        sys.stdout.write(f"{one.id}  {what}  {subject(one)}\n")


def refused(why: str, one: Row, output: str) -> None:
    """It would be refused again, for a reason that strangers may have a part in."""
    if output == "json":
        _object("refused", one, detail=why)
    else:
        say(f"{one.id}  would be refused again: {printable(why)}")


def _object(what: str, one: Row, **more: str) -> None:
    known = document(one)
    named = {name: known[name] for name in ("id", "type", "third_party_id", "parser_id")}
    value = {**named, "status": what.replace(" ", "_"), **more}
    sys.stdout.write(f"{json.dumps(value, ensure_ascii=False)}\n")


def counted(count: int) -> str:
    """So many of them, in words."""
    return "1 dead letter" if count == 1 else f"{count or 'no'} dead letters"
