"""When support of a runtime ends, told to those whose functions run on it."""

from typing import Final

from knative_lambda.domain.instants import parse_instant
from knative_lambda.domain.runtimes import RUNTIMES, Runtime

_DAY: Final = 86_400 * 1_000_000_000
_NOTICE_DAYS: Final = 90


def end_of_life_warning(runtime: Runtime, now: int) -> str | None:
    """What to tell of *runtime* at *now* (nanoseconds since 1970); `None` while its end is far.

    It is far until 90 days before the last day of support.
    """
    last_day = parse_instant(f"{runtime.end_of_life}T00:00:00Z")
    if last_day is None:
        raise ValueError(f"{runtime.name}: {runtime.end_of_life!r} must be a day, as YYYY-MM-DD")
    days = last_day // _DAY - now // _DAY
    if days > _NOTICE_DAYS:
        return None
    about = "about " if runtime.end_is_estimate else ""
    verb = "ended" if days < 0 else "ends"
    text = f"{runtime.name}: its support {verb} {about}{runtime.end_of_life}"
    others = _later(runtime)
    return f"{text}; move to {' or '.join(others)}" if others else text


def _later(runtime: Runtime) -> list[str]:
    """The runtimes of the same language that are supported longer, the longest first."""
    later = [
        other
        for other in RUNTIMES.values()
        if other.language is runtime.language and other.end_of_life > runtime.end_of_life
    ]
    later.sort(key=lambda other: other.end_of_life, reverse=True)
    return [other.name for other in later[:2]]
