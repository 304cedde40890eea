"""Whoever waits for an order is told how it ended, in facts, and by success or failure."""

import attrs
import pytest
from support.submitting import Told, event

from knative_lambda.entrypoints.order_conclusion import NotDoneError, conclude

BUILD = "b" * 32


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("build.cancelled", "cancelled"),
        ("service.deleted", "deleted"),
        ("service.rolled_back", "rolled_back"),
    ],
)
def test_what_is_done_is_told(kind: str, status: str) -> None:
    told = Told()
    conclude(event(kind, BUILD, reason="it is over"), told)
    assert told.statuses == [
        (status, {"event": kind, "build_id": BUILD, "reason": "it is over"}),
    ]


@pytest.mark.parametrize("kind", ["build.complete", "service.failed", "dead.letter"])
def test_what_is_not_done_is_a_failure_with_what_to_do(kind: str) -> None:
    told = Told()
    with pytest.raises(NotDoneError, match=f"^{kind}; what to do: "):
        conclude(attrs.evolve(event(kind, BUILD), data=None), told)
    assert told.statuses == [("not_done", {"event": kind})]


def test_a_reason_is_told() -> None:
    told = Told()
    with pytest.raises(NotDoneError, match=r"^dead\.letter, no_target; what to do: see what"):
        conclude(event("dead.letter", BUILD, reason="no_target", detail="to: none"), told)
    ((_, facts),) = told.statuses
    assert (facts["reason"], facts["detail"]) == ("no_target", "to: none")
