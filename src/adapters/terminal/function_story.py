"""One function for a person: what is served, its Triggers, and all that was asked for."""

from collections.abc import Iterator
from typing import Final

from knative_lambda.adapters.terminal.build_advice import next_step
from knative_lambda.adapters.terminal.build_facts import is_served, moment, short, took
from knative_lambda.adapters.terminal.function_list import ready_word
from knative_lambda.adapters.terminal.sections import in_sections, pairs
from knative_lambda.adapters.terminal.table import NOTHING, Column, Table, age, named
from knative_lambda.domain import names
from knative_lambda.domain.printable import printable
from knative_lambda.domain.record import Build, DesiredKind, OperationKind, Record, Served
from knative_lambda.ports.function_view import FunctionView
from knative_lambda.ports.trigger_sight import SeenTrigger

_BUILDS: Final = Table(
    (
        Column("ID", whole=True),
        Column("REQUESTED"),
        Column("PHASE", states=True),
        Column("TOOK"),
        Column("SERVED"),
        Column("IMAGE"),
        Column("REASON"),
    ),
    spare=("IMAGE", "TOOK", "SERVED", "REQUESTED"),
)
_DIGEST: Final = 12  # hex digits that tell images apart


def story(view: FunctionView, now: int, width: int | None, *, coloured: bool = False) -> str:
    """All there is to tell of a function, as of *now* (UTC nanoseconds since 1970).

    Args:
        view: Of it.
        now: The time.
        width: Characters that a line has room for; `None`: any number.
        coloured: Whether words for states have colours.
    """
    newest = view.newest
    return in_sections(
        {
            f"Function {named(view.record.function)}": pairs(_served(view, now)),
            "Triggers": [_trigger(each) for each in view.triggers or ()],
            "Builds": _builds(view, now, width, coloured=coloured),
            "Deletes and rollbacks": list(_operations(view.record)),
            "Next": [next_step(newest)] if newest is not None and next_step(newest) else [],
        }
    )


def _served(view: FunctionView, now: int) -> dict[str, object]:
    desired, serving = view.record.desired, view.serving
    told: dict[str, object] = {"service": names.service(view.record.function)}
    if desired is None:
        return {**told, "serves": "nothing yet"}
    since = f"since {moment(desired.key.at)}, {age(desired.key.at, now)} ago"
    if desired.kind is DesiredKind.DELETED:
        told["serves"] = f"nothing: it was deleted, {since}"
    else:
        told |= {"serves": f"build {short(desired.build)}, {since}"}
        told |= {"image": f"{desired.image}@{desired.digest}"}
    if serving is not None:
        why = f": {serving.message}" if serving.message else ""
        told |= {"ready": f"{ready_word(serving)}{why}"}
        told |= {"url": serving.url} if serving.url is not None else {}
    return told


def _trigger(trigger: SeenTrigger) -> str:
    selected = ", ".join(f"{name}={value}" for name, value in trigger.attributes)
    state = "ready" if trigger.ready else f"not ready: {trigger.message}"
    return printable(f"{selected}  {state}")


def _builds(view: FunctionView, now: int, width: int | None, *, coloured: bool) -> list[str]:
    rows = [_cells(view.record, build, now) for build in view.builds]
    indented = width - 2 if width is not None else None
    return list(_BUILDS.lines(rows, indented, coloured=coloured)) if rows else []


def _cells(record: Record, build: Build, now: int) -> tuple[str, ...]:
    served = "now" if is_served(record, build) else build.served.value
    return (
        short(build.id),
        moment(build.key.at),
        build.phase.value,
        took(build, now),
        NOTHING if served == Served.NOT_YET.value else served,
        (build.digest or NOTHING).removeprefix("sha256:")[:_DIGEST],
        _why(build),
    )


def _why(build: Build) -> str:
    outcome = build.outcome
    if outcome is None:
        return NOTHING
    if outcome.reason is not None:
        first, *_ = outcome.detail.splitlines() or [""]
        return printable(f"{outcome.reason.value}: {first}")
    if outcome.by is not None:
        return f"by {short(outcome.by)}"
    return "cached" if outcome.cached else NOTHING


def _operations(record: Record) -> Iterator[str]:
    for each in sorted(record.operations.values(), key=lambda operation: operation.key):
        told = each.kind.value
        if each.kind is OperationKind.ROLLBACK:
            told += f" to {short(each.target) or 'nothing'}"
        told += "" if each.effective else ", without effect"
        told += f": {each.reason}" if each.reason else ""
        yield printable(f"{short(each.id)}  {moment(each.key.at)}  {told}")
