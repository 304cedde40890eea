"""Builds in a table: a row each."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from knative_lambda.adapters.console.words import short
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Build, DesiredKind, Phase, Record, Served

MOST: Final = 200  # rows of a page
_LONGEST: Final = 300  # characters of a cause in a row
PHASES: Final = (Phase.OPEN, Phase.FAILED, Phase.COMPLETE, Phase.CANCELLED, Phase.SUPERSEDED)

_SERVED: Final = {
    Served.CREATED: "was deployed",
    Served.UPDATED: "was deployed",
    Served.SUPERSEDED: "not deployed: a newer one was",
}


@attrs.frozen(kw_only=True)
class BuildRow:
    """What a table shows of a build; instants in UTC nanoseconds since 1970.

    Attributes:
        ended_at: `None` while it is open.
        is_deployed: Whether it is what should be served.
        reason: Why it failed, in a word.
        told: More of how it stands, in a line.
    """

    id: str
    function: FunctionId
    phase: Phase
    requested_at: int
    accepted_at: int
    ended_at: int | None
    is_deployed: bool
    reason: str | None
    told: str


@attrs.frozen
class Wanted:
    """Which builds a page is to show.

    Attributes:
        text: Stands in the name of their function, or begins their id; empty: any.
        phase: `None`: any.
    """

    text: str = ""
    phase: Phase | None = None


@attrs.frozen(kw_only=True)
class BuildList:
    """A table of builds.

    Attributes:
        wanted: Which they are.
        counts: How many of each phase there are, whichever phase is wanted.
        known: How many are wanted; as many as there is room for are shown.
        fault: Why this may be out of date.
    """

    wanted: Wanted
    rows: tuple[BuildRow, ...]
    counts: Mapping[Phase, int]
    known: int
    fault: str | None


def build_list(records: Iterable[Record], wanted: Wanted, fault: str | None = None) -> BuildList:
    """The builds of *records* that are *wanted*: the open ones, then the newest requests."""
    named = [
        (record, build)
        for record in records
        for build in record.builds.values()
        if _is_named(record.function, build.id, wanted.text)
    ]
    counts = Counter(build.phase for _, build in named)
    found = [pair for pair in named if wanted.phase in (None, pair[1].phase)]
    found.sort(key=lambda pair: _place(pair[1]), reverse=True)
    rows = tuple(build_row(record, build) for record, build in found[:MOST])
    return BuildList(wanted=wanted, rows=rows, counts=counts, known=len(found), fault=fault)


def build_row(record: Record, build: Build) -> BuildRow:
    """The row of *build*, which *record* has."""
    outcome = build.outcome
    return BuildRow(
        id=build.id,
        function=record.function,
        phase=build.phase,
        requested_at=build.key.at,
        accepted_at=build.accepted_at,
        ended_at=outcome.ended_at if outcome is not None else None,
        is_deployed=is_deployed(record, build),
        reason=outcome.reason.value if outcome is not None and outcome.reason else None,
        told=_told(build),
    )


def is_deployed(record: Record, build: Build) -> bool:
    """Whether it is what should be served."""
    desired = record.desired
    kind = desired.kind if desired is not None else None
    return kind is DesiredKind.DEPLOYED and desired is not None and desired.build == build.id


def _told(build: Build) -> str:
    outcome = build.outcome
    if outcome is None:
        return build.warning or ""
    if outcome.reason is not None:
        first, *_ = outcome.detail.splitlines() or [""]
        return first[:_LONGEST]
    if outcome.by is not None:
        return f"by {short(outcome.by)}"
    parts = ("built before" if outcome.cached else "", _SERVED.get(build.served, ""))
    return ", ".join(part for part in parts if part)


def _place(build: Build) -> tuple[bool, int, str]:
    # Plain values, for there may be thousands: to compare keys takes ten times as long.
    return build.phase is Phase.OPEN, build.key.at, build.key.id


def _is_named(function: FunctionId, build_id: str, text: str) -> bool:
    name = f"{function.third_party_id}/{function.parser_id}".lower()
    return text.lower() in name or build_id.startswith(text.lower())
