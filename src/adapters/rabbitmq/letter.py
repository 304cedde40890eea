"""A dead letter as it is kept in its queue: the message, and its story."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import attrs
from aio_pika.abc import AbstractIncomingMessage

from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.domain.instants import parse_instant
from knative_lambda.ports.event_source import Failure, Message

UNKNOWN: Final = "unknown"
# Why the broker itself gives a message up.
BROKERS: Final[Mapping[str, str]] = {
    "delivery_limit": "it was delivered again and again, and nobody ever settled it",
    "expired": "it waited too long",
    "maxlen": "its queue was full",
    "rejected": "a consumer that is not this service refused it",
}
_ID_DIGITS: Final = 12
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@attrs.frozen(kw_only=True)
class Letter:
    """A message that was given up.

    Attributes:
        id: Names it for as long as it is there: hex digits.
        properties: Those of the message that its headers and its body do not tell.
        reason: Of our closed list, or the broker's own, or `UNKNOWN`.
        arrived: When it first came, UTC nanoseconds since 1970, if that is known.
        kept_at: When it was given up, likewise.
        attempts: How often it failed and was put back.
        set_aside: How often a limit has made it wait.
        replays: How often it was sent again from here.
        failures: The first and the newest of its failed attempts.
    """

    id: str
    message: Message
    properties: Mapping[str, str] = attrs.field(factory=dict)
    reason: str = UNKNOWN
    detail: str = ""
    arrived: int | None = None
    kept_at: int | None = None
    attempts: int = 0
    set_aside: int = 0
    replays: int = 0
    failures: tuple[Failure, ...] = ()


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
