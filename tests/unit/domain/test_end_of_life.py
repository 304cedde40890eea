"""When the end of a runtime is told, and how."""

import attrs
import pytest

from knative_lambda.domain.end_of_life import end_of_life_warning
from knative_lambda.domain.instants import parse_instant
from knative_lambda.domain.runtimes import RUNTIMES


def told(runtime: str, day: str, clock: str = "12:00:00") -> str | None:
    now = parse_instant(f"{day}T{clock}Z")
    assert now is not None
    return end_of_life_warning(RUNTIMES[runtime], now)


@pytest.mark.parametrize(
    ("day", "warning"),
    [
        ("2027-01-29", None),
        ("2027-01-30", "nodejs22: its support ends 2027-04-30; move to nodejs26 or nodejs24"),
        ("2027-04-30", "nodejs22: its support ends 2027-04-30; move to nodejs26 or nodejs24"),
        ("2027-05-01", "nodejs22: its support ended 2027-04-30; move to nodejs26 or nodejs24"),
    ],
)
@pytest.mark.parametrize("clock", ["00:00:00", "23:59:59"])
def test_an_end_is_told_from_ninety_days_before_it(
    day: str, clock: str, warning: str | None
) -> None:
    assert told("nodejs22", day, clock) == warning


def test_a_runtime_past_its_end_says_what_to_move_to() -> None:
    assert told("nodejs20", "2026-11-23") == (
        "nodejs20: its support ended 2026-04-30; move to nodejs26 or nodejs24"
    )


def test_an_estimate_is_told_as_one() -> None:
    assert told("go126", "2027-01-01") == (
        "go126: its support ends about 2027-02-28; move to go127"
    )


def test_the_last_of_a_language_has_nothing_to_move_to() -> None:
    assert told("go127", "2028-01-01") == "go127: its support ended about 2027-08-31"


def test_an_end_that_is_no_day_is_refused() -> None:
    broken = attrs.evolve(RUNTIMES["nodejs22"], end_of_life="soon")
    with pytest.raises(ValueError, match="'soon' must be a day"):
        end_of_life_warning(broken, 0)
