"""What becomes of a delivery: the closed set of ways to settle it."""

import attrs

from knative_lambda.domain.rejection import Rejection


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
    """Keep the event for a person, with the reason and a sentence of detail."""

    rejection: Rejection
    detail: str


Settlement = Ack | Retry | SetAside | DeadLetter
