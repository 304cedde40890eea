"""Whoever has no function is told what to do."""

import pytest

from knative_lambda.adapters.terminal.advice import FAILURES, REJECTIONS, advice
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.rejection import Rejection


def said(kind: str, data: object = None) -> str:
    return advice(CloudEvent(id="1", source="test", type=f"{PREFIX}{kind}", data=data))


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_of_a_failure_has_its_advice(reason: Reason) -> None:
    assert said("build.failed", {"reason": reason.value}) == FAILURES[reason]


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason.retryable])
def test_what_may_succeed_later_is_to_be_submitted_again(reason: Reason) -> None:
    assert FAILURES[reason].startswith("submit it again")


@pytest.mark.parametrize("rejection", REJECTIONS)
def test_a_rejection_has_its_advice(rejection: Rejection) -> None:
    assert said("build.rejected", {"reason": rejection.value}) == REJECTIONS[rejection]


def test_a_reason_counts_only_with_its_own_event() -> None:
    assert said("build.rejected", {"reason": "timeout"}) != FAILURES[Reason.TIMEOUT]


@pytest.mark.parametrize("kind", ["build.superseded", "service.superseded"])
def test_who_was_overtaken_need_do_nothing(kind: str) -> None:
    assert "nothing is to be done" in said(kind, {})


@pytest.mark.parametrize("data", [None, "text", {}, {"reason": None}, {"reason": "unheard_of"}])
def test_a_reason_that_is_not_known_is_for_another_try(data: object) -> None:
    assert said("build.failed", data).startswith("submit it again; if it ends alike")
