"""How many events are under way at once, and how often each is tried again."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from knative_lambda.adapters.knative.delivery import at_once, retries
from knative_lambda.domain.request import Scaling

HELD = 1700  # seconds at most
LONGEST = 600  # seconds that a function may ask for
PAGE = Path(__file__).parents[4] / "docs" / "functions.md"


@pytest.mark.parametrize(
    ("scaling", "events"),
    [
        (Scaling(), 100),
        (Scaling(maximum=1, concurrency=1), 1),
        (Scaling(maximum=3, concurrency=4), 12),
        (Scaling(maximum=0, concurrency=4), 100),
        (Scaling(maximum=4, concurrency=0), 100),
    ],
)
def test_as_many_events_are_under_way_as_all_replicas_take(scaling: Scaling, events: int) -> None:
    assert at_once(scaling) == events


def held(timeout_seconds: int, waits: list[int]) -> int:
    return timeout_seconds + sum(wait + timeout_seconds for wait in waits)


def test_an_event_is_tried_again_as_often_as_there_is_time_for_and_five_times_at_most() -> None:
    waits = [2, 4, 8, 16, 32]
    for seconds in range(1, LONGEST + 1):
        often = retries(seconds)
        assert held(seconds, waits[:often]) <= HELD
        assert often == len(waits) or held(seconds, waits[: often + 1]) > HELD


def test_what_leaves_no_time_for_a_second_try_is_tried_once() -> None:
    assert retries(HELD) == 0


def test_the_page_of_functions_says_how_often_an_event_is_tried_again() -> None:
    rows = re.findall(r"^\| up to (\d+).* \| (\d) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    told = [(int(seconds), int(often)) for seconds, often in rows]
    assert told[-1][0] == LONGEST
    for (below, _), (seconds, often) in pairwise([(0, 0), *told]):
        assert {retries(each) for each in range(below + 1, seconds + 1)} == {often}
