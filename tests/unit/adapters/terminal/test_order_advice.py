"""Whatever keeps an order from being done, there is something to do about it."""

import pytest

from knative_lambda.adapters.terminal.order_advice import advice
from knative_lambda.domain.rejection import Rejection


@pytest.mark.parametrize("rejection", Rejection)
def test_every_reason_to_give_up_has_its_advice(rejection: Rejection) -> None:
    assert advice("dead.letter", rejection.value)


@pytest.mark.parametrize(
    ("kind", "reason", "words"),
    [
        ("dead.letter", "no_target", "knative-lambda status"),
        ("dead.letter", "id_reused", "without --id"),
        ("dead.letter", "retries_exhausted", "knative-lambda dlq list"),
        ("dead.letter", "delivery_limit", "knative-lambda dlq list"),
        ("build.complete", None, "knative-lambda rollback"),
        ("build.superseded", None, "nothing is left to cancel"),
        ("service.failed", None, "--to"),
    ],
)
def test_the_advice_fits_what_happened(kind: str, reason: str | None, words: str) -> None:
    assert words in advice(kind, reason)
