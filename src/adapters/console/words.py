"""The small texts that stand in pages; what a browser counts on is worded likewise there."""

import re
from typing import Final

from knative_lambda.domain.instants import format_duration, format_instant

_SECOND: Final = 1_000_000_000
_EXACT: Final = 10 * _SECOND  # below it, tenths of a second matter
_SHORT: Final = 8  # hex digits by which people tell builds apart
_COLOUR: Final = re.compile(r"\\x1b\[[0-9;]{0,32}m")
_UNITS: Final = (("d", 24 * 3600), ("h", 3600), ("m", 60), ("s", 1))


def short(build_id: str | None) -> str:
    """Enough of a build's id to name it by."""
    return (build_id or "")[:_SHORT]


def digest(text: str | None) -> str:
    """Enough of an image's digest to tell it by."""
    return (text or "").removeprefix("sha256:")[:12]


def age(at: int, now: int) -> str:
    """The time from *at* to *now* (UTC nanoseconds since 1970) in its largest unit."""
    seconds = max(0, now - at) // _SECOND
    unit, size = next(((u, n) for u, n in _UNITS if seconds >= n), _UNITS[-1])
    return f"{seconds // size}{unit}"


def lasted(nanoseconds: int) -> str:
    """A duration that is over: `0.4s`, `12s`, `2m30s`."""
    exact = nanoseconds if nanoseconds < _EXACT else nanoseconds // _SECOND * _SECOND
    return format_duration(exact)


def lasting(since: int, now: int) -> str:
    """A duration that is not over, to the second."""
    return format_duration(max(0, now - since) // _SECOND * _SECOND)


def instant(at: int) -> str:
    """*at* (UTC nanoseconds since 1970) for programs, to the millisecond."""
    return format_instant(at // 1_000_000 * 1_000_000)


def moment(at: int) -> str:
    """The same for people, to the second."""
    return format_instant(at // _SECOND * _SECOND).replace("T", " ").removesuffix("Z")


def plain(text: str) -> str:
    """A log without what asks a terminal for colours, as it stands there when it is harmless."""
    return _COLOUR.sub("", text)
