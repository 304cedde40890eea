"""Instants and durations as text."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from knative_lambda.domain.instants import (
    format_duration,
    format_instant,
    parse_instant,
    told_instant,
)

SECOND = 1_000_000_000
YEAR_1 = int(datetime(1, 1, 1, tzinfo=UTC).timestamp()) * SECOND
YEAR_9999 = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()) * SECOND


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01t00:00:00z", 0),
        ("1970-01-01 00:00:01Z", SECOND),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T23:00:00-01:00", 0),
        ("1970-01-01T00:00:00.5Z", SECOND // 2),
        ("1970-01-01T00:00:00.000000001Z", 1),
        ("1970-01-01T00:00:00.0000000019Z", 1),
        ("1969-12-31T23:59:59.9Z", -SECOND // 10),
        ("2026-02-28T10:11:12.123456789+05:30", 1772253672123456789),
    ],
)
def test_an_instant_is_read_to_the_nanosecond(text: str, at: int) -> None:
    assert parse_instant(text) == at


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "1970-01-01",
        "1970-01-01T00:00:00",
        "1970-01-01T00:00Z",
        "1970-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "1970-01-01T25:00:00Z",
        "1970-01-01T00:00:00+99:00",
        "1970-01-01T00:00:00.Z",
        "1970-01-01T00:00:00Z\n",
        "١٩٧٠-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
    ],
)
def test_anything_else_is_no_instant(text: str) -> None:
    assert parse_instant(text) is None


@pytest.mark.parametrize(
    ("text", "at"),
    [("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.9Z", None), ("soon", None)],
)
def test_nobody_else_may_tell_of_a_time_before_1970(text: str, at: int | None) -> None:
    assert told_instant(text) == at


@given(at=st.integers(YEAR_1, YEAR_9999))
@example(at=YEAR_1)
@example(at=0)
def test_an_instant_survives_being_written_and_read(at: int) -> None:
    assert parse_instant(format_instant(at)) == at


@given(
    text=st.builds(
        "{:04}-{:02}-{:02}T{:02}:00:00{}".format,
        st.sampled_from([1, 2, 999, 2026, 9998, 9999]),
        st.sampled_from([1, 12]),
        st.sampled_from([1, 31]),
        st.sampled_from([0, 23]),
        st.sampled_from(["Z", "+23:59", "-23:59"]),
    )
)
@example(text="0001-01-01T00:00:00+23:59")
@example(text="9999-12-31T23:00:00-23:59")
def test_whatever_is_read_as_an_instant_can_be_written(text: str) -> None:
    at = parse_instant(text)

    assert at is None or parse_instant(format_instant(at)) == at


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1, "1970-01-01T00:00:00.000000001Z"),
        (SECOND // 2, "1970-01-01T00:00:00.5Z"),
        (10 * SECOND, "1970-01-01T00:00:10Z"),
        (-SECOND, "1969-12-31T23:59:59Z"),
    ],
)
def test_an_instant_is_written_with_as_many_decimals_as_it_needs(at: int, text: str) -> None:
    assert format_instant(at) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.05, "0s"),
        (0.4, "0.4s"),
        (59.99, "59.9s"),
        (60, "1m0s"),
        (150, "2m30s"),
        (3605, "1h0m5s"),
        (90061.5, "25h1m1.5s"),
        (-3, "0s"),
    ],
)
def test_a_duration_is_written_in_the_form_of_go(seconds: float, text: str) -> None:
    assert format_duration(int(seconds * SECOND)) == text
