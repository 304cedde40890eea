"""Functions: in a table, and each on its page."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from knative_lambda.adapters.console.build_rows import BuildRow, build_row
from knative_lambda.adapters.console.words import digest, short
from knative_lambda.domain import names
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import DesiredKind, Operation, Record
from knative_lambda.ports.function_view import FunctionView
from knative_lambda.ports.trigger_sight import SeenTrigger

MOST: Final = 50  # functions of a page: each is looked at in the cluster
_READY: Final = {True: "ready", False: "not ready", None: "unknown"}


@attrs.frozen(kw_only=True)
class FunctionRow:
    """What a table shows of a function; instants in UTC nanoseconds since 1970.

    Attributes:
        state: `ready`, `not ready`, `unknown`, `deleted`, or `never deployed`.
        url: Where it answers, if that is known.
        message: Why it is not ready, or cannot be seen.
        deployed: The build that should be served.
        since: When somebody asked for what should be served.
        newest: The build that was asked for last.
    """

    function: FunctionId
    state: str
    url: str | None
    message: str
    deployed: str | None
    since: int | None
    newest: BuildRow | None


@attrs.frozen(kw_only=True)
class FunctionList:
    """A table of functions; as many of the *known* as there is room for are shown."""

    text: str
    rows: tuple[FunctionRow, ...]
    known: int
    fault: str | None


@attrs.frozen(kw_only=True)
class OperationRow:
    """A delete or a rollback, requested *at* (UTC nanoseconds since 1970)."""

    id: str
    kind: str
    at: int
    told: str


@attrs.frozen(kw_only=True)
class FunctionPage:
    """All there is to show of a function.

    Attributes:
        triggers: `None` where they cannot be seen.
        builds: The newest request first.
        operations: Likewise.
    """

    row: FunctionRow
    facts: tuple[tuple[str, str], ...]
    triggers: tuple[SeenTrigger, ...] | None
    builds: tuple[BuildRow, ...]
    known: int
    operations: tuple[OperationRow, ...]
    fault: str | None


def is_wanted(record: Record, text: str) -> bool:
    """Whether *text* stands in the name of the function of *record*."""
    name = f"{record.function.third_party_id}/{record.function.parser_id}"
    return text.lower() in name.lower()


def function_list(
    views: Iterable[FunctionView], known: int, text: str = "", fault: str | None = None
) -> FunctionList:
    """The functions of *views* in their order."""
    rows = tuple(function_row(view) for view in views)
    return FunctionList(text=text, rows=rows, known=known, fault=fault)


def function_row(view: FunctionView) -> FunctionRow:
    """The row of one function."""
    record, serving, newest = view.record, view.serving, view.newest
    desired = record.desired
    return FunctionRow(
        function=record.function,
        state=_state(view),
        url=serving.url if serving is not None else None,
        message=serving.message if serving is not None else "",
        deployed=desired.build if desired is not None else None,
        since=desired.key.at if desired is not None else None,
        newest=build_row(record, newest) if newest is not None else None,
    )


def function_page(view: FunctionView, most: int, fault: str | None = None) -> FunctionPage:
    """The page of one function, with at most so many builds and operations."""
    record, builds = view.record, view.builds[::-1]
    operations = sorted(record.operations.values(), key=lambda each: each.key, reverse=True)
    return FunctionPage(
        row=function_row(view),
        facts=tuple((name, value) for name, value in _facts(record) if value),
        triggers=view.triggers,
        builds=tuple(build_row(record, build) for build in builds[:most]),
        known=len(builds),
        operations=_operation_rows(operations[:most]),
        fault=fault,
    )


def _state(view: FunctionView) -> str:
    desired = view.record.desired
    if view.serving is not None:
        return _READY[view.serving.ready]
    if desired is not None and desired.kind is DesiredKind.DELETED:
        return "deleted"
    return "never deployed"


def _facts(record: Record) -> Iterator[tuple[str, str]]:
    desired = record.desired
    yield "Service", names.service(record.function)
    if desired is not None:
        yield "Image", desired.image or ""
        yield "Digest", digest(desired.digest)
        yield "Before it", short(desired.previous)


def _operation_rows(operations: Sequence[Operation]) -> tuple[OperationRow, ...]:
    return tuple(
        OperationRow(id=each.id, kind=each.kind.value, at=each.key.at, told=_told(each))
        for each in operations
    )


def _told(operation: Operation) -> str:
    target = f"to {short(operation.target)}" if operation.target is not None else ""
    parts = (target, "" if operation.effective else "without effect", operation.reason)
    return ", ".join(part for part in parts if part)
