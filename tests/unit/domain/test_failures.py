"""The closed lists: why builds fail and how deliveries are settled."""

from typing import get_args

import pytest

from knative_lambda.domain.errors import PermanentError, SourceRefusedError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Ack, DeadLetter, Retry, SetAside, Settlement

RETRYABLE = {"evicted", "image_pull", "unschedulable", "registry_unavailable", "lost", "internal"}
FINAL = {
    "source_not_found", "source_unauthorized", "source_too_large", "source_rejected",
    "dockerfile_error", "dependency_install", "build_exit", "out_of_memory", "timeout",
    "push_denied", "image_refused",
}  # fmt: skip


def test_each_reason_is_marked_retryable_or_not() -> None:
    assert {reason.value for reason in Reason if reason.retryable} == RETRYABLE
    assert {reason.value for reason in Reason if not reason.retryable} == FINAL


@pytest.mark.parametrize("value", sorted(RETRYABLE | FINAL))
def test_a_reason_is_found_by_its_word(value: str) -> None:
    assert Reason(value).value == value  # type: ignore[call-arg]  # looked up, not made


def test_errors_carry_what_is_to_be_told() -> None:
    permanent = PermanentError(Rejection.STALE, "too old")
    refused = SourceRefusedError(Reason.SOURCE_TOO_LARGE, "over 100 MB")

    assert (permanent.rejection, permanent.detail, str(permanent)) == (
        Rejection.STALE,
        "too old",
        "too old",
    )
    assert (refused.reason, refused.detail, str(refused)) == (
        Reason.SOURCE_TOO_LARGE,
        "over 100 MB",
        "over 100 MB",
    )


def test_a_delivery_is_settled_in_one_of_four_ways() -> None:
    assert get_args(Settlement) == (Ack, Retry, SetAside, DeadLetter)
