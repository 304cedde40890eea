"""All that is known of a dead letter, as values that JSON has."""

import base64
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from knative_lambda.adapters.terminal.letters import document, row
from knative_lambda.domain.instants import format_instant
from knative_lambda.ports.letters import Letter, Reading

_JSON: Final = (type(None), bool, int, float, str)


def facts(letter: Letter, reading: Reading, advice: str) -> dict[str, object]:
    """*letter* for programs; its body is text, or else base64.

    Args:
        letter: Of which nothing is left out.
        reading: Of its message.
        advice: What to do about it.
    """
    return {
        **document(row(letter, reading)),
        "refusal": str(reading.refusal) if reading.refusal is not None else None,
        "arrived": _instant(letter.arrived),
        "set_aside": letter.set_aside,
        "failures": [{"at": _instant(one.at), "cause": one.cause} for one in letter.failures],
        "attributes": attributes(reading),
        "headers": headers(letter),
        "properties": properties(letter),
        **_body(letter.message.body),
        "next": advice,
    }


def attributes(reading: Reading) -> dict[str, str]:
    """The event's attributes; none if it cannot be read."""
    event = reading.event
    if event is None:
        return {}
    known = {
        "id": event.id if event.named else None,
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "time": _instant(event.time),
        "traceparent": event.traceparent,
        "tracestate": event.tracestate,
        **event.extensions,
    }
    return {name: value for name, value in known.items() if value is not None}


def headers(letter: Letter) -> dict[str, object]:
    """The headers that its producer set."""
    return {name: _plain(value) for name, value in letter.message.headers.items()}


def properties(letter: Letter) -> dict[str, str]:
    """What else its producer said of it."""
    message = letter.message
    known = {
        "content_type": message.content_type or None,
        "message_id": message.message_id,
        "timestamp": _instant(message.timestamp),
        **letter.properties,
    }
    return {name: value for name, value in known.items() if value is not None}


def _instant(at: int | None) -> str | None:
    return format_instant(at) if at is not None else None


def _body(body: bytes) -> Mapping[str, str]:
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode()}


def _plain(value: Any) -> object:
    match value:
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case bytes() | bytearray():
            return f"base64:{base64.b64encode(value).decode()}"
        case datetime():
            return value.isoformat()
        case float() if not math.isfinite(value):
            return str(value)
        case _:
            return value if isinstance(value, _JSON) else str(value)
