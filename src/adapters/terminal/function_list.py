"""Functions in a list: a row each."""

from collections.abc import Sequence
from typing import Final

from knative_lambda.adapters.terminal.build_facts import short
from knative_lambda.adapters.terminal.table import NOTHING, Column, Table, age, named
from knative_lambda.domain.printable import printable
from knative_lambda.domain.record import DesiredKind
from knative_lambda.ports.function_view import FunctionView, Serving

_TABLE: Final = Table(
    (
        Column("FUNCTION", whole=True),
        Column("SERVES"),
        Column("READY", states=True),
        Column("NEWEST"),
        Column("PHASE", states=True),
        Column("AGE"),
        Column("URL"),
    ),
    spare=("URL",),
)
_READY: Final = {True: "yes", False: "no", None: "?"}


def table(
    views: Sequence[FunctionView], now: int, width: int | None, *, coloured: bool = False
) -> str:
    """*views* below a head, as of *now* (UTC nanoseconds since 1970).

    Args:
        views: At least one.
        now: The time, for the ages of their newest builds.
        width: Characters that a line has room for; `None`: any number.
        coloured: Whether words for states have colours.
    """
    rows = [_cells(view, now) for view in views]
    return "".join(f"{line}\n" for line in _TABLE.lines(rows, width, coloured=coloured))


def ready_word(serving: Serving | None) -> str:
    """Whether it serves what it should, in a word."""
    return NOTHING if serving is None else _READY[serving.ready]


def _cells(view: FunctionView, now: int) -> tuple[str, ...]:
    newest = view.newest
    build = (NOTHING, NOTHING, NOTHING)
    if newest is not None:
        build = (short(newest.id), newest.phase.value, age(newest.key.at, now))
    return (
        named(view.record.function),
        _serves(view),
        ready_word(view.serving),
        *build,
        _where(view),
    )


def _serves(view: FunctionView) -> str:
    desired = view.record.desired
    if desired is None:
        return NOTHING
    return "deleted" if desired.kind is DesiredKind.DELETED else short(desired.build)


def _where(view: FunctionView) -> str:
    """Its address, or why there is none to be used."""
    serving = view.serving
    if serving is None:
        return NOTHING
    return printable(serving.message or serving.url or NOTHING)
