"""A bucket lets through a burst, then its rate, and nothing else changes what it lets through."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.world import BEGINNING, SECOND

from knative_lambda.application.token_bucket import TokenBucket

RATES = st.floats(0.1, 1000)
BURSTS = st.floats(1, 100)
GAPS = st.lists(st.integers(0, 3 * SECOND), min_size=1, max_size=60)
ROUNDING = 1e-6  # tokens


def taken(bucket: TokenBucket, now: int) -> bool:
    """Whether a token was there, and is taken."""
    if not bucket.holds_one(now):
        return False
    bucket.take()
    return True


def instants(gaps: Sequence[int]) -> list[int]:
    return [BEGINNING + sum(gaps[: index + 1]) for index in range(len(gaps))]


@given(rate=RATES, burst=BURSTS, gaps=GAPS)
def test_in_no_window_is_more_taken_than_the_burst_and_what_flows_in(
    rate: float, burst: float, gaps: list[int]
) -> None:
    bucket = TokenBucket(rate, burst, BEGINNING)
    at = [now for now in instants(gaps) if taken(bucket, now)]

    for first, since in enumerate(at):
        for last in range(first, len(at)):
            flowed = rate * (at[last] - since) / SECOND
            assert last - first + 1 <= burst + flowed + ROUNDING


@given(rate=st.integers(1, 40), burst=st.integers(2, 40), seconds=st.integers(0, 5))
def test_whoever_asks_often_enough_gets_all_that_flows_in(
    rate: int, burst: int, seconds: int
) -> None:
    bucket, step = TokenBucket(rate, burst, BEGINNING), SECOND // 200
    count = sum(taken(bucket, BEGINNING + step * number) for number in range(200 * seconds + 1))
    while taken(bucket, BEGINNING + SECOND * seconds):
        count += 1

    assert burst + rate * seconds - 1 <= count <= burst + rate * seconds


@given(rate=RATES, burst=BURSTS, gaps=GAPS, asked=st.sets(st.integers(0, 59)))
def test_asking_and_being_refused_cost_nothing(
    rate: float, burst: float, gaps: list[int], asked: set[int]
) -> None:
    left_alone, pestered = (TokenBucket(rate, burst, BEGINNING) for _ in range(2))
    for bucket in (left_alone, pestered):
        while taken(bucket, BEGINNING):
            pass
    for index, now in enumerate(instants(gaps)):
        if index in asked:
            pestered.holds_one(now)
    end = instants(gaps)[-1]
    left_alone.holds_one(end)
    pestered.holds_one(end)

    assert pestered.tokens == pytest.approx(left_alone.tokens, abs=ROUNDING)


def test_it_begins_full_and_never_holds_more() -> None:
    bucket = TokenBucket(10, 20, BEGINNING)
    at_once = sum(taken(bucket, BEGINNING) for _ in range(50))
    after_a_day = sum(taken(bucket, BEGINNING + 86_400 * SECOND) for _ in range(50))

    assert (at_once, after_a_day) == (20, 20)


def test_a_token_comes_when_it_is_due_and_not_before() -> None:
    bucket = TokenBucket(10, 1, BEGINNING)

    assert taken(bucket, BEGINNING)
    assert not taken(bucket, BEGINNING + SECOND // 10 - 1)
    assert taken(bucket, BEGINNING + SECOND // 10)


def test_it_is_full_until_a_token_is_taken_and_again_when_that_is_back() -> None:
    bucket = TokenBucket(10, 20, BEGINNING)

    assert bucket.is_full(BEGINNING)
    bucket.take()
    assert not bucket.is_full(BEGINNING + SECOND // 10 - 1)
    assert bucket.is_full(BEGINNING + SECOND // 10)


@given(back=st.integers(1, 3600 * SECOND))
def test_a_clock_that_goes_back_and_forth_makes_no_tokens(back: int) -> None:
    bucket = TokenBucket(10, 1, BEGINNING)

    assert taken(bucket, BEGINNING)
    assert not bucket.holds_one(BEGINNING - back)
    assert not bucket.holds_one(BEGINNING)
    assert not bucket.is_full(BEGINNING)
