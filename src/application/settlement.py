"""The one place that decides what becomes of a delivery whose handling raised."""

from typing import Final

import attrs

from knative_lambda.domain.errors import (
    BuilderError,
    OverLimitError,
    PermanentError,
    TransientError,
)
from knative_lambda.domain.redaction import redacted
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import ASIDES, DeadLetter, Retry, SetAside, Settlement

WAITS: Final = (1.0, 2.0, 4.0, 8.0, 16.0)  # seconds before the first tries again
LONG_WAIT: Final = 60.0
JITTER: Final = 0.2
LONGEST_ASIDE: Final = 60.0


@attrs.frozen
class Tried:
    """What a delivery has been through.

    Attributes:
        attempts: How often it failed before this time.
        set_aside: How often a limit has made it wait.
        age: Seconds since it first failed.
    """

    attempts: int
    set_aside: int
    age: float


def settle(error: Exception, tried: Tried, retry_for: float, chance: float) -> Settlement:
    """What to do with a delivery whose handling raised *error*.

    Args:
        error: What was raised.
        tried: What the delivery has been through.
        retry_for: Seconds after the first try until it is given up.
        chance: From 0 to 1; spreads the waits, so that what failed together is not tried together.
    """
    spread = 1 + JITTER * (2 * chance - 1)
    match error:
        case PermanentError():
            return DeadLetter(error.rejection, redacted(error.detail))
        case OverLimitError():
            # The longer the line, the more often has it waited already. Spread wide, so that what
            # was set aside together comes back as it can be taken.
            shortest = ASIDES[0]
            longest = min(LONGEST_ASIDE, shortest * 2 ** (min(tried.set_aside, 8) + 1))
            return SetAside(_step(shortest + chance * (longest - shortest)))
        # Neither what it waits for a limit in between, nor what we are away, is taken from it.
        case _ if min(tried.age, _waited(tried.attempts)) < retry_for:
            known = tried.attempts < len(WAITS)
            wait = (WAITS[tried.attempts] if known else LONG_WAIT) * spread
            # The cause of a bug stays in the log: its words may hold what nobody should read.
            cause = redacted(str(error)) if isinstance(error, BuilderError) else "internal"
            return Retry(wait, cause)
        case TransientError():
            tries = f"given up after {tried.attempts + 1} tries in {tried.age:.0f} s"
            return DeadLetter(Rejection.RETRIES_EXHAUSTED, f"{tries}: {redacted(str(error))}")
        case _:
            # A bug of ours: its words may hold what no tenant should read.
            return DeadLetter(Rejection.INTERNAL, "an error inside the service; its log has more")


def _step(seconds: float) -> float:
    """The longest wait among `ASIDES` that is not longer than *seconds*."""
    return max(step for step in ASIDES if step <= seconds)


def _waited(attempts: int) -> float:
    """Seconds that so many failed attempts wait in all."""
    return sum(WAITS[:attempts]) + LONG_WAIT * max(0, attempts - len(WAITS))
