"""Instants and durations as text: RFC 3339 for instants, Go's form (`2m30s`) for durations.

The one place of the domain that uses `datetime`, and only to convert: it never asks for the time.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_SECOND: Final = 1_000_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCK: Final = len("1970-01-01T00:00:00")
NOT_BEFORE: Final = "must be an RFC 3339 time, not before 1970"  # of times that others may say
_RFC3339: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def parse_instant(text: str) -> int | None:
    """UTC nanoseconds since 1970 of an RFC 3339 *text*, or `None` if it is none."""
    match = _RFC3339.fullmatch(text)
    if match is None:
        return None
    date, clock, fraction, offset = match.groups()
    try:
        whole = datetime.fromisoformat(f"{date}T{clock}{offset.upper()}")
        seconds = (whole.astimezone(UTC) - _EPOCH) // timedelta(seconds=1)
    except (ValueError, OverflowError):
        return None
    return seconds * _SECOND + int((fraction or "0").ljust(9, "0"))


def told_instant(text: str) -> int | None:
    """As `parse_instant`, of a text that somebody else wrote: `None` also for one before 1970.

    Keys, annotations and AMQP have no place for such a time.
    """
    at = parse_instant(text)
    return at if at is not None and at >= 0 else None


def format_instant(at: int) -> str:
    """RFC 3339 in UTC, with as many decimals as *at* (nanoseconds since 1970) needs."""
    seconds, fraction = divmod(at, _SECOND)
    text = (_EPOCH + timedelta(seconds=seconds)).isoformat()[:_CLOCK]
    return f"{text}.{fraction:09d}".rstrip("0").rstrip(".") + "Z" if fraction else f"{text}Z"


def format_duration(nanoseconds: int) -> str:
    """Go's form to a tenth of a second: `2m30s`, `1h0m5s`, `0.4s`."""
    tenths = max(0, nanoseconds) // (_SECOND // 10)
    minutes, tenths = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{tenths // 10}.{tenths % 10}s" if tenths % 10 else f"{tenths // 10}s"
    if hours:
        return f"{hours}h{minutes}m{seconds}"
    return f"{minutes}m{seconds}" if minutes else seconds
