"""How far this machine's clock is from somebody else's, by the date that an answer bears."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from knative_lambda.ports.check import Finding, broken, doubtful, fine

_SUBJECT: Final = "clock"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NOTICED: Final = 60  # seconds
_MOST: Final = 300  # seconds: tokens and signatures bear little more
_MEND: Final = "timedatectl set-ntp true, on the machine that is wrong"


def clock_finding(whose: str, date: str, now: Callable[[], int]) -> Finding:
    """By the header `Date` of an answer that has just come from *whose* machine.

    Args:
        whose: Such as `S3`.
        date: The header; anything that is no date tells nothing.
        now: UTC nanoseconds since 1970.
    """
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return fine(_SUBJECT, f"{whose} does not tell the time")
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    ours = _EPOCH + timedelta(microseconds=now() // 1000)
    seconds = round((ours - theirs).total_seconds())
    told = f"this machine is {abs(seconds)} s {'ahead of' if seconds > 0 else 'behind'} {whose}"
    if abs(seconds) > _MOST:
        return broken(_SUBJECT, told, _MEND)
    if abs(seconds) > _NOTICED:
        return doubtful(_SUBJECT, told, _MEND)
    return fine(_SUBJECT, f"as {whose} has it")
