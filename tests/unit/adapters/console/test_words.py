"""The small texts of pages."""

import pytest
from support.domain import NOON, SECOND

from knative_lambda.adapters.console import words

MINUTE = 60 * SECOND


@pytest.mark.parametrize(
    ("past", "text"),
    [(-5 * SECOND, "0s"), (0, "0s"), (59 * SECOND, "59s"), (MINUTE, "1m"), (3600 * SECOND, "1h")],
)
def test_an_age_is_told_in_its_largest_unit(past: int, text: str) -> None:
    assert words.age(NOON, NOON + past) == text


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [(SECOND // 2, "0.5s"), (12 * SECOND + 1, "12s"), (150 * SECOND + SECOND // 2, "2m30s")],
)
def test_a_duration_is_as_exact_as_it_is_short(nanoseconds: int, text: str) -> None:
    assert words.lasted(nanoseconds) == text


def test_what_goes_on_is_counted_in_whole_seconds() -> None:
    assert words.lasting(NOON, NOON + 3 * SECOND // 2) == "1s"
    assert words.lasting(NOON, NOON - SECOND) == "0s"


def test_instants_are_for_programs_and_for_people() -> None:
    assert words.instant(NOON + 1_234_567) == "2027-01-15T08:00:00.001Z"
    assert words.moment(NOON + 1_234_567) == "2027-01-15 08:00:00"


def test_ids_and_digests_are_cut() -> None:
    assert (words.short("0123456789"), words.short(None)) == ("01234567", "")
    assert words.digest("sha256:0123456789abcdef") == "0123456789ab"


def test_colours_that_a_log_asks_for_are_left_out_and_nothing_else_is() -> None:
    assert words.plain(r"\x1b[31mred\x1b[0m \x1b[2J \x07") == r"red \x1b[2J \x07"
