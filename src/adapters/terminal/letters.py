"""Dead letters in a list: a row each."""

from collections.abc import Sequence
from typing import Final

import attrs

from knative_lambda.adapters.terminal.table import NOTHING, Column, Table, age, named
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.instants import format_instant
from knative_lambda.domain.printable import printable
from knative_lambda.ports.letters import Letter, Reading

_TABLE: Final = Table(
    (
        Column("ID", whole=True),
        Column("AGE"),
        Column("REASON"),
        Column("TYPE"),
        Column("FUNCTION", whole=True),
        Column("ATTEMPTS"),
        Column("REPLAYS"),
        Column("DETAIL"),
    ),
    spare=("REPLAYS", "ATTEMPTS"),
)


@attrs.frozen(kw_only=True)
class Row:
    """What a list shows of a letter; it does not hold its body.

    Attributes:
        type: Of the event, if it can be read.
        function: The one that it is about, if it names one.
    """

    id: str
    kept_at: int | None
    reason: str
    detail: str
    type: str | None
    function: FunctionId | None
    attempts: int
    replays: int


def row(letter: Letter, reading: Reading) -> Row:
    """The row of *letter*, whose message was read as *reading*."""
    return Row(
        id=letter.id,
        kept_at=letter.kept_at,
        reason=letter.reason,
        detail=letter.detail,
        type=reading.event.type if reading.event is not None else None,
        function=reading.function,
        attempts=letter.attempts,
        replays=letter.replays,
    )


def table(rows: Sequence[Row], now: int, width: int | None) -> str:
    """*rows* below a head, as seen at *now* (UTC nanoseconds since 1970).

    Args:
        rows: At least one.
        now: The time, for their ages.
        width: Characters that a line has room for; `None`: any number.
    """
    return "".join(f"{line}\n" for line in _TABLE.lines([_cells(o, now) for o in rows], width))


def subject(one: Row) -> str:
    """What a letter is about, in a few words."""
    return f"{kind(one.type)} {named(one.function)}" if one.type is not None else "not an event"


def kind(event_type: str | None) -> str:
    """The type as people call it: without what all of ours begin with."""
    return NOTHING if event_type is None else printable(event_type.removeprefix(PREFIX))


def document(one: Row) -> dict[str, object]:
    """The row for programs."""
    return {
        "id": one.id,
        "dead_lettered": format_instant(one.kept_at) if one.kept_at is not None else None,
        "reason": one.reason,
        "detail": one.detail,
        "type": one.type,
        "third_party_id": one.function.third_party_id if one.function is not None else None,
        "parser_id": one.function.parser_id if one.function is not None else None,
        "attempts": one.attempts,
        "replays": one.replays,
    }


def _cells(one: Row, now: int) -> tuple[str, ...]:
    texts = (one.id, age(one.kept_at, now), printable(one.reason), kind(one.type))
    counts = (named(one.function), str(one.attempts), str(one.replays))
    return (*texts, *counts, printable(one.detail))
