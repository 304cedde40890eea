"""What becomes of a delivery: the closed set of ways to settle it."""

from typing import Final

import attrs

from knative_lambda.domain.rejection import Rejection

# Seconds that a limit makes wait at a time. So few, that each can have a queue of its own, in which
# no longer wait stands before a shorter one; and so many, that a crowd does not come back at once.
ASIDES: Final = (5.0, 7.0, 10.0, 14.0, 20.0, 28.0, 40.0, 56.0)

# Their details may hold what no tenant should read.
_INTERNAL: Final = frozenset({Rejection.INTERNAL, Rejection.RETRIES_EXHAUSTED})
_NOT_TOLD: Final = "the event could not be handled, and is kept for a person to look at"


@attrs.frozen
class Ack:
    """Done, or a repeat: the broker may forget the event."""


@attrs.frozen
class Retry:
    """Deliver again after *delay* seconds; counts as an attempt, which failed by *cause*."""

    delay: float
    cause: str


@attrs.frozen
class SetAside:
    """Deliver again after *delay* seconds; a limit was reached, so no attempt is counted."""

    delay: float


@attrs.frozen
class DeadLetter:
    """Keep the event for a person, with the reason and a sentence of detail.

    Attributes:
        detail: For whoever runs the service; who sent the event gets what is `told`.
    """

    rejection: Rejection
    detail: str

    @property
    def told(self) -> str:
        """What may be said to the one who sent the event: nothing of what failed inside."""
        return _NOT_TOLD if self.rejection in _INTERNAL else self.detail


Settlement = Ack | Retry | SetAside | DeadLetter
