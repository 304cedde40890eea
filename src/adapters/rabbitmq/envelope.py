"""A delivery as a message of the broker: what we add, and what we take off again.

Everything of ours is a header `x-lambda-*` that holds text. Readers of CloudEvents skip those.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from aio_pika import DeliveryMode
from aio_pika import Message as AmqpMessage
from aio_pika.abc import AbstractIncomingMessage

from knative_lambda.adapters.rabbitmq.headers import plain, sendable
from knative_lambda.domain.instants import format_instant, told_instant
from knative_lambda.ports.event_source import MOST_FAILURES, Delivery, Failure, Message

OURS: Final = "x-lambda-"
ARRIVED: Final = f"{OURS}arrived"
ATTEMPTS: Final = f"{OURS}attempts"
SET_ASIDE: Final = f"{OURS}set-aside"
FAILURES: Final = f"{OURS}failures"
REASON: Final = f"{OURS}reason"
DETAIL: Final = f"{OURS}detail"
KEPT_AT: Final = f"{OURS}dead-lettered"
REPLAYS: Final = f"{OURS}replays"
# The client gives an id to what has none, and our readers make one of the body: it must not stay.
UNNAMED: Final = f"{OURS}unnamed"
# The property that says when a message was sent counts whole seconds on its way out.
SENT: Final = f"{OURS}sent"
# What the broker adds. A queue it has died in before is not one it may not die in again.
_BROKERS: Final = ("x-death", "x-first-death-", "x-last-death-", "x-delivery-count", "x-acquired-")
# What is kept of a message besides what a `Message` has.
_PROPERTIES: Final = ("content_encoding", "correlation_id", "reply_to", "type", "app_id")
_LONGEST: Final = 200  # characters of a cause
_SECOND: Final = 1_000_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def opened(incoming: AbstractIncomingMessage, tag: int, now: int) -> Delivery:
    """What came in, seen at *now*; a header of ours that makes no sense counts as missing."""
    headers = incoming.headers
    return Delivery(
        message=message_of(incoming),
        tag=tag,
        arrived=min(now, _instant(headers.get(ARRIVED)) or now),
        attempts=count(headers.get(ATTEMPTS)),
        set_aside=count(headers.get(SET_ASIDE)),
        failures=failures_of(headers),
        redelivered=bool(incoming.redelivered),
    )


def message_of(incoming: AbstractIncomingMessage) -> Message:
    """The message as its producer sent it."""
    named = UNNAMED not in incoming.headers
    sent = incoming.timestamp
    seconds = (sent - _EPOCH) // timedelta(milliseconds=1) * 1_000_000 if sent else None
    return Message(
        body=incoming.body,
        content_type=incoming.content_type or "",
        headers={k: v for k, v in incoming.headers.items() if _is_producers(k)},
        message_id=incoming.message_id if named else None,
        timestamp=_instant(incoming.headers.get(SENT)) or seconds,
    )


def properties_of(incoming: AbstractIncomingMessage) -> dict[str, str]:
    """What else a producer may have said, and a reader of events never asks for."""
    said = {name: getattr(incoming, name) for name in _PROPERTIES}
    return {name: str(value) for name, value in said.items() if value}


def sealed(
    delivery: Delivery,
    incoming: AbstractIncomingMessage | None,
    more: Mapping[str, str],
    delay: float | None,
) -> AmqpMessage:
    """*delivery* on its way back, or to the dead letters.

    Args:
        delivery: With its counts as they are to be next time.
        incoming: What it was opened from, whose other properties it keeps.
        more: Further headers of ours.
        delay: Seconds until it expires where it waits.
    """
    message = delivery.message
    ours = {
        ARRIVED: format_instant(delivery.arrived),
        ATTEMPTS: str(delivery.attempts),
        SET_ASIDE: str(delivery.set_aside),
        FAILURES: _failures(delivery.failures),
        **_lost(message),
        **more,
    }
    replays = incoming.headers.get(REPLAYS) if incoming is not None else None
    if replays is not None:
        ours.setdefault(REPLAYS, str(count(replays)))
    return amqp_message(message, ours, incoming, delay)


def replayed(message: Message, replays: int, incoming: AbstractIncomingMessage) -> AmqpMessage:
    """*message* as if it were new, but for the count of its *replays*."""
    return amqp_message(message, {REPLAYS: str(replays), **_lost(message)}, incoming)


def _lost(message: Message) -> dict[str, str]:
    """What sending *message* again would lose of it."""
    sent = message.timestamp
    return {
        **({} if message.message_id else {UNNAMED: "true"}),
        **({SENT: format_instant(sent)} if sent is not None and sent % _SECOND else {}),
    }


def amqp_message(
    message: Message,
    ours: Mapping[str, str],
    incoming: AbstractIncomingMessage | None = None,
    delay: float | None = None,
) -> AmqpMessage:
    """*message*, durable, with the headers *ours* besides its own."""
    sent = message.timestamp
    made = AmqpMessage(
        message.body,
        headers=sendable(message.headers, ours),
        content_type=_short(message.content_type),
        message_id=_short(message.message_id),
        timestamp=_EPOCH + timedelta(microseconds=sent // 1000) if sent is not None else None,
        delivery_mode=DeliveryMode.PERSISTENT,
        expiration=delay,
    )
    if incoming is not None:
        for name in _PROPERTIES:
            setattr(made, name, getattr(incoming, name))
    return made


def _short(value: str | None) -> str | None:
    """A property: at most 255 bytes, so longer ones are cut."""
    return plain(value).encode()[:255].decode(errors="ignore") if value else None


def count(value: object) -> int:
    """A count in a header; 0 if it is none."""
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 10 else 0  # noqa: PLR2004 - digits of any count there can be


def text(value: object) -> str:
    """A text in a header; empty if it is none."""
    return value if isinstance(value, str) else ""


def _instant(value: object) -> int | None:
    return told_instant(value) if isinstance(value, str) else None


def _is_producers(name: str) -> bool:
    return not name.startswith((OURS, *_BROKERS))


def _failures(failures: tuple[Failure, ...]) -> str:
    told = [{"at": format_instant(f.at), "cause": f.cause[:_LONGEST]} for f in failures]
    return json.dumps(told, ensure_ascii=False)


def failures_of(headers: Mapping[str, object]) -> tuple[Failure, ...]:
    """The failures that *headers* tell of."""
    try:
        told = json.loads(text(headers.get(FAILURES)) or "[]")
        found = [Failure(_instant(one["at"]) or 0, str(one["cause"])) for one in told]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ()
    return tuple(found[:MOST_FAILURES])
