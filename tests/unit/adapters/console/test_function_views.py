"""Functions: what is served of each, where, and what was asked for."""

from typing import Any

import attrs
import pytest
from support.domain import FUNCTION, build, deployed, key, operation, record, request_id, tombstone

from knative_lambda.adapters.console.function_views import (
    function_list,
    function_page,
    function_row,
    is_wanted,
)
from knative_lambda.domain.record import OperationKind, Phase, Record
from knative_lambda.ports.function_view import FunctionView, Serving

URL = "http://orders.test"
READY = Serving(ready=True, url=URL)


@pytest.mark.parametrize(
    ("view", "state"),
    [
        (FunctionView(Record(FUNCTION), None), "never deployed"),
        (FunctionView(record(desired=tombstone(1)), None), "deleted"),
        (FunctionView(record(desired=deployed(1)), READY), "ready"),
        (FunctionView(record(desired=deployed(1)), Serving(ready=False)), "not ready"),
        (FunctionView(record(desired=deployed(1)), Serving(ready=None)), "unknown"),
        (FunctionView(record(desired=tombstone(1)), Serving(ready=False)), "not ready"),
    ],
)
def test_how_it_stands_is_told_in_a_word(view: FunctionView, state: str) -> None:
    assert function_row(view).state == state


def test_a_row_tells_what_is_deployed_where_and_what_was_asked_for_last() -> None:
    known = record(build(1, Phase.COMPLETE), build(2, Phase.OPEN), desired=deployed(1))
    row = function_row(FunctionView(known, attrs.evolve(READY, message="slow")))
    assert (row.url, row.message, row.deployed) == (URL, "slow", request_id(1))
    assert row.since == key(1).at
    assert row.newest is not None
    assert (row.newest.id, row.newest.phase) == (request_id(2), Phase.OPEN)


def test_a_list_says_how_many_there_are() -> None:
    shown = function_list([FunctionView(Record(FUNCTION), None)], 7, "acme", "away")
    assert (len(shown.rows), shown.known, shown.text, shown.fault) == (1, 7, "acme", "away")


def test_a_page_has_the_newest_first_and_no_more_than_there_is_room_for() -> None:
    builds = [build(number, Phase.OPEN) for number in range(1, 6)]
    page = function_page(FunctionView(record(*builds, operation(7), operation(8)), None), 3)
    assert [row.id for row in page.builds] == [request_id(number) for number in (5, 4, 3)]
    assert page.known == 5
    assert [row.id for row in page.operations] == [request_id(8), request_id(7)]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"kind": OperationKind.DELETE, "effective": True, "reason": "gone"}, "gone"),
        ({"kind": OperationKind.DELETE, "effective": False}, "without effect"),
        (
            {"kind": OperationKind.ROLLBACK, "effective": True, "target": request_id(3)},
            f"to {request_id(3)[:8]}",
        ),
    ],
)
def test_what_was_asked_of_it_is_told(changes: dict[str, Any], told: str) -> None:
    one = attrs.evolve(operation(1), **{"target": None, "reason": "", **changes})
    (row,) = function_page(FunctionView(record(one), None), 9).operations
    assert (row.kind, row.told) == (one.kind.value, told)


@pytest.mark.parametrize(
    ("text", "wanted"), [("", True), ("ACME", True), ("acme/o", True), ("globex", False)]
)
def test_functions_are_found_by_their_names(text: str, *, wanted: bool) -> None:
    assert is_wanted(Record(FUNCTION), text) is wanted
