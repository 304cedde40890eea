"""What becomes of a delivery whose handling raised: the table of waits and ends."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.application.settlement import Tried, settle
from knative_lambda.domain.errors import (
    BuilderError,
    ConflictError,
    OverLimitError,
    PermanentError,
    TransientError,
)
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import ASIDES, DeadLetter, Retry, SetAside, Settlement

HOUR = 3600.0
MIDDLE = 0.5  # the chance that spreads nothing
CHANCES = st.floats(0, 1)
PASSING = [TransientError("away"), ConflictError("moved"), KeyError("bug"), BuilderError("root")]


def settled(
    error: Exception,
    attempts: int = 0,
    set_aside: int = 0,
    age: float = 0.0,
    chance: float = MIDDLE,
) -> Settlement:
    return settle(error, Tried(attempts, set_aside, age), HOUR, chance)


@pytest.mark.parametrize("error", PASSING, ids=repr)
@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(0, 1), (1, 2), (2, 4), (3, 8), (4, 16), (5, 60), (6, 60), (60, 60), (100_000, 60)],
)
def test_what_may_pass_is_tried_again_after_a_growing_wait(
    error: Exception, attempts: int, seconds: float
) -> None:
    outcome = settled(error, attempts)
    assert isinstance(outcome, Retry)
    assert outcome.delay == seconds


@given(chance=CHANCES, attempts=st.integers(0, 100))
def test_waits_are_spread_by_a_fifth_to_both_sides(chance: float, attempts: int) -> None:
    usual, spread = (
        settled(TransientError("away"), attempts, chance=chance) for chance in (MIDDLE, chance)
    )

    assert isinstance(usual, Retry)
    assert isinstance(spread, Retry)
    assert usual.delay * 0.8 <= spread.delay <= usual.delay * 1.2


def test_the_whole_spread_is_used() -> None:
    assert settled(TransientError("away"), chance=0) == Retry(0.8, "away")
    assert settled(TransientError("away"), chance=1) == Retry(1.2, "away")


@pytest.mark.parametrize("error", PASSING, ids=repr)
def test_it_is_tried_until_its_time_is_up_however_often_that_is(error: Exception) -> None:
    assert isinstance(settled(error, attempts=10_000, age=HOUR - 0.1), Retry)
    assert isinstance(settled(error, attempts=10_000, age=HOUR), DeadLetter)


def test_law_10_only_the_waits_of_retries_count_not_what_lies_between_them() -> None:
    away = TransientError("away")
    assert isinstance(settled(away, attempts=1, set_aside=90, age=2 * HOUR), Retry)
    assert isinstance(settled(away, attempts=64, age=2 * HOUR), Retry)  # 3,571 s of waits
    assert isinstance(settled(away, attempts=65, age=2 * HOUR), DeadLetter)


def test_what_never_passed_says_how_often_it_was_tried() -> None:
    letter = settled(TransientError("the bucket does not answer"), attempts=65, age=3601.4)

    assert isinstance(letter, DeadLetter)
    assert letter.rejection is Rejection.RETRIES_EXHAUSTED
    assert "66 tries in 3601 s" in letter.detail
    assert "the bucket does not answer" in letter.detail


@pytest.mark.parametrize(
    "error", [KeyError("postgres://user:hunter2@10.0.0.7"), ConflictError("configmaps hunter2")]
)
def test_a_bug_says_nothing_of_what_is_inside(error: Exception) -> None:
    letter = settled(error, attempts=65, age=HOUR)

    assert isinstance(letter, DeadLetter)
    assert letter.rejection is Rejection.INTERNAL
    assert "hunter2" not in letter.detail
    assert type(error).__name__ not in letter.detail


@pytest.mark.parametrize("age", [0.0, 10 * HOUR])
@pytest.mark.parametrize("rejection", list(Rejection))
def test_what_is_wrong_for_good_goes_to_the_dead_letters_at_once(
    rejection: Rejection, age: float
) -> None:
    error = PermanentError(rejection, "runtime: 'cobol': must be one of: nodejs22")

    assert settled(error, attempts=3, set_aside=4, age=age) == DeadLetter(rejection, error.detail)


@pytest.mark.parametrize(
    ("set_aside", "longest"), [(0, 10), (1, 20), (2, 40), (3, 56), (4, 56), (10**6, 56)]
)
def test_law_10_what_is_over_a_limit_waits_longer_each_time_up_to_a_minute(
    set_aside: int, longest: float
) -> None:
    full = OverLimitError("full")
    assert settled(full, set_aside=set_aside, chance=0) == SetAside(5)
    assert settled(full, set_aside=set_aside, chance=1) == SetAside(longest)


@given(
    attempts=st.integers(0, 1000),
    set_aside=st.integers(0, 10_000),
    age=st.floats(0, 1e9),
    chance=CHANCES,
)
def test_law_10_what_is_over_a_limit_is_never_given_up_and_counts_no_attempt(
    attempts: int, set_aside: int, age: float, chance: float
) -> None:
    outcome = settled(OverLimitError("full"), attempts, set_aside, age, chance)

    assert isinstance(outcome, SetAside)
    assert outcome.delay in ASIDES


def test_law_10_a_crowd_that_was_set_aside_together_comes_back_little_by_little() -> None:
    waits = Counter(
        settled(OverLimitError("full"), set_aside=3, chance=at / 1000) for at in range(1000)
    )
    assert len(waits) == len(ASIDES)
    assert max(waits.values()) < 300


def test_a_retry_says_what_failed_but_of_a_bug_only_that_it_was_one() -> None:
    away, bug = settled(TransientError("away")), settled(KeyError("hunter2"))

    assert isinstance(away, Retry)
    assert isinstance(bug, Retry)
    assert (away.cause, bug.cause) == ("away", "internal")


def test_a_wait_over_a_limit_makes_the_next_try_wait_no_longer() -> None:
    assert settled(TransientError("away"), attempts=0, set_aside=50) == Retry(1, "away")


@pytest.mark.parametrize("age", [0.0, 2 * HOUR])
def test_no_cause_that_is_kept_with_an_event_holds_a_credential(age: float) -> None:
    error = TransientError("cannot reach amqp://user:correct-horse@broker.test")
    outcome = settled(error, attempts=100 if age else 0, age=age)

    assert isinstance(outcome, DeadLetter if age else Retry)
    assert "amqp://[redacted]@broker.test" in str(outcome)
