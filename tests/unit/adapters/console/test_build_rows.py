"""Builds in a table: which, in which order, and what stands in each row."""

from typing import Any

import attrs
import pytest
from support.domain import FUNCTION, NOON, SECOND, build, deployed, record, request_id

from knative_lambda.adapters.console.build_rows import (
    MOST,
    BuildRow,
    Wanted,
    build_list,
    build_row,
)
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Build, Outcome, Phase, Record, Served

OTHER = FunctionId("globex", "Mail")


def ended(number: int, phase: Phase, **outcome: Any) -> Build:
    told = Outcome(ended_at=NOON + 100 * SECOND, **outcome)
    return build(number, phase, outcome=told)


def row(one: Build) -> BuildRow:
    return build_row(record(one), one)


def test_what_goes_on_is_first_and_then_the_newest() -> None:
    known = [
        record(build(1, Phase.OPEN), ended(4, Phase.FAILED)),
        Record(OTHER, {request_id(3): ended(3, Phase.COMPLETE)}),
    ]
    shown = build_list(known, Wanted())
    assert [one.id for one in shown.rows] == [request_id(1), request_id(4), request_id(3)]
    assert [one.function for one in shown.rows] == [FUNCTION, FUNCTION, OTHER]


def test_more_builds_than_there_is_room_for_are_counted() -> None:
    builds = [ended(number, Phase.FAILED) for number in range(1, MOST + 52)]
    shown = build_list([record(*builds)], Wanted())
    assert (len(shown.rows), shown.known) == (MOST, MOST + 51)
    assert shown.rows[0].id == builds[-1].id


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [1, 2]),
        ("acme", [1]),
        ("ACME/OR", [1]),
        ("mail", [2]),
        (request_id(2)[:6], [2]),
        (request_id(2)[1:9], []),
        ("<script>", []),
    ],
)
def test_builds_are_found_by_their_function_and_by_how_their_id_begins(
    text: str, found: list[int]
) -> None:
    known = [
        record(build(1, Phase.OPEN)),
        Record(OTHER, {request_id(2): build(2, Phase.OPEN)}),
    ]
    one = attrs.evolve(known[0].builds[request_id(1)], id="f" * 32)
    known[0] = attrs.evolve(known[0], builds={one.id: one})
    ids = {"f" * 32: 1, request_id(2): 2}
    rows = build_list(known, Wanted(text)).rows
    assert sorted(ids[one.id] for one in rows) == found


def test_phases_are_counted_whichever_is_wanted() -> None:
    known = [record(build(1, Phase.OPEN), ended(2, Phase.FAILED), ended(3, Phase.FAILED))]
    shown = build_list(known, Wanted(phase=Phase.OPEN))
    assert [one.phase for one in shown.rows] == [Phase.OPEN]
    assert shown.counts == {Phase.OPEN: 1, Phase.FAILED: 2}


@pytest.mark.parametrize(
    ("one", "reason", "told"),
    [
        (build(1, Phase.OPEN), None, ""),
        (build(1, Phase.OPEN, warning="it ends"), None, "it ends"),
        (
            ended(1, Phase.FAILED, reason=Reason.BUILD_EXIT, detail="exit code 3\nmore"),
            "build_exit",
            "exit code 3",
        ),
        (ended(1, Phase.FAILED, reason=Reason.LOST), "lost", ""),
        (ended(1, Phase.CANCELLED, by=request_id(7)), None, f"by {request_id(7)[:8]}"),
        (ended(1, Phase.COMPLETE), None, ""),
        (attrs.evolve(ended(1, Phase.COMPLETE), served=Served.CREATED), None, "was deployed"),
        (
            attrs.evolve(ended(1, Phase.COMPLETE, cached=True), served=Served.SUPERSEDED),
            None,
            "built before, not deployed: a newer one was",
        ),
    ],
)
def test_how_it_went_is_told_in_a_line(one: Build, reason: str | None, told: str) -> None:
    assert (row(one).reason, row(one).told) == (reason, told)


def test_a_cause_of_any_length_is_cut() -> None:
    assert len(row(ended(1, Phase.FAILED, reason=Reason.LOST, detail="x" * 9999)).told) == 300


def test_what_should_be_served_is_marked() -> None:
    known = record(ended(1, Phase.COMPLETE), ended(2, Phase.COMPLETE), desired=deployed(2))
    marked = [one.id for one in build_list([known], Wanted()).rows if one.is_deployed]
    assert marked == [request_id(2)]
