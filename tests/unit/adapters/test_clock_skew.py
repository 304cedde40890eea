"""A clock is held against the date of somebody else's answer."""

import pytest

from knative_lambda.adapters.clock_skew import clock_finding
from knative_lambda.ports.check import Severity

DATE = "Fri, 15 Jan 2027 08:00:00 GMT"
SECOND = 1_000_000_000
NOON = 1_800_000_000 * SECOND


@pytest.mark.parametrize(
    ("seconds", "severity", "words"),
    [
        (0, Severity.OK, "as S3 has it"),
        (60, Severity.OK, "as S3 has it"),
        (-61, Severity.WARNING, "this machine is 61 s behind S3"),
        (300, Severity.WARNING, "this machine is 300 s ahead of S3"),
        (301, Severity.FAIL, "this machine is 301 s ahead of S3"),
        (-600, Severity.FAIL, "this machine is 600 s behind S3"),
    ],
)
def test_more_than_some_minutes_are_broken(seconds: int, severity: Severity, words: str) -> None:
    found = clock_finding("S3", DATE, lambda: NOON + seconds * SECOND)
    assert (found.severity, found.text) == (severity, words)
    assert bool(found.mend) is (severity is not Severity.OK)


@pytest.mark.parametrize("date", ["", "soon", "2027-01-15T08:00:00Z"])
def test_what_is_no_date_tells_nothing(date: str) -> None:
    found = clock_finding("S3", date, lambda: 0)
    assert (found.severity, found.text) == (Severity.OK, "S3 does not tell the time")


def test_a_date_without_a_zone_is_taken_for_the_world_s() -> None:
    naive = DATE.replace("GMT", "-0000")
    assert clock_finding("S3", naive, lambda: NOON).text == "as S3 has it"
