"""A dead letter as it lies in its queue."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aio_pika.abc import AbstractIncomingMessage

from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.domain.instants import parse_instant
from knative_lambda.ports.letters import UNKNOWN, Letter

# Why the broker itself gives a message up.
BROKERS: Final[Mapping[str, str]] = {
    "delivery_limit": "it was delivered again and again, and nobody ever settled it",
    "expired": "it waited too long",
    "maxlen": "its queue was full",
    "rejected": "a consumer that is not this service refused it",
}
_ID_DIGITS: Final = 12
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def letter_of(incoming: AbstractIncomingMessage) -> Letter:
    """What *incoming* keeps."""
    headers = incoming.headers
    message = envelope.message_of(incoming)
    by_us = envelope.text(headers.get(envelope.KEPT_AT))
    reason, kept_at = envelope.text(headers.get(envelope.REASON)), parse_instant(by_us)
    detail = envelope.text(headers.get(envelope.DETAIL))
    if not reason:
        reason, kept_at = _death(headers)
        detail = BROKERS.get(reason, "")
    identity = f"{message.message_id}\0{kept_at}\0".encode() + message.body
    return Letter(
        id=hashlib.sha256(identity).hexdigest()[:_ID_DIGITS],
        message=message,
        properties=envelope.properties_of(incoming),
        reason=reason,
        detail=detail,
        arrived=parse_instant(envelope.text(headers.get(envelope.ARRIVED))),
        kept_at=kept_at,
        attempts=envelope.count(headers.get(envelope.ATTEMPTS)),
        set_aside=envelope.count(headers.get(envelope.SET_ASIDE)),
        replays=envelope.count(headers.get(envelope.REPLAYS)),
        failures=envelope.failures_of(headers),
    )


def _death(headers: Mapping[str, Any]) -> tuple[str, int | None]:
    """Why and when the broker last moved it, which it lists first."""
    match headers.get("x-death"):
        case [{"reason": str(reason), "time": datetime() as at}, *_]:
            return reason, (at - _EPOCH) // timedelta(microseconds=1) * 1000
        case _:
            return UNKNOWN, None
