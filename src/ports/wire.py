"""The wire form of events: CloudEvents 1.0 as JSON, read tolerantly and written strictly."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Final

from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.instants import format_instant, parse_instant
from knative_lambda.domain.rejection import Rejection
from knative_lambda.ports.event_source import Message

STRUCTURED: Final = "application/cloudevents+json"
LARGEST: Final = 10 * 1024 * 1024
_ATTRIBUTE: Final = re.compile(r"[a-z0-9]{1,64}", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_DATA: Final = ("data", "data_base64")


def attributes(announcement: Announcement) -> dict[str, str]:
    """The context attributes of *announcement*: what a Trigger can select by."""
    optional = {
        "buildid": announcement.build_id,
        "correlationid": announcement.correlation_id,
        "traceparent": announcement.traceparent,
    }
    return {
        "specversion": "1.0",
        "id": announcement.id,
        "source": announcement.source,
        "type": announcement.type,
        "subject": announcement.function.parser_id,
        "time": format_instant(announcement.time),
        "datacontenttype": "application/json",
        **{name: value for name, value in optional.items() if value is not None},
    }


def encode(announcement: Announcement) -> Message:
    """*announcement* as a structured CloudEvent, with bare headers to route by."""
    headers = attributes(announcement)
    event = {**headers, "data": announcement.data}
    body = json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
    return Message(body, STRUCTURED, headers, announcement.id, announcement.time)


def decode(message: Message) -> CloudEvent:
    """The CloudEvent in the body of *message*.

    An event without id or specversion is taken: its id is the message's, else made from the body.

    Raises:
        PermanentError: Of kind malformed, naming the fault.
    """
    event = _parse(message.body)
    given = {name: value for name, value in event.items() if value is not None}
    for name, value in given.items():
        if name not in _DATA:
            _check(name, value)
    for name in ("type", "source"):
        if not given.get(name):
            raise _malformed(name, "missing", "required of every CloudEvent")
    if given.get("specversion", "1.0") != "1.0":
        raise _malformed("specversion", given["specversion"], "must be 1.0")
    made_up = message.message_id or f"body-{hashlib.sha256(message.body).hexdigest()[:32]}"
    known = {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", *_DATA}
    return CloudEvent(
        id=str(given.get("id") or made_up),
        named=bool(given.get("id")),
        source=str(given["source"]),
        type=str(given["type"]),
        subject=str(given["subject"]) if "subject" in given else None,
        time=_time(given.get("time"), message),
        data=given.get("data"),
        traceparent=str(given["traceparent"]) if "traceparent" in given else None,
        extensions={name: _as_text(value) for name, value in given.items() if name not in known},
    )


def _parse(body: bytes) -> Mapping[str, object]:
    if len(body) > LARGEST:
        raise _malformed("body", f"{len(body)} bytes", f"must be at most {LARGEST}")
    try:
        event = json.loads(body.decode(), parse_constant=_no_constant)
    except (UnicodeDecodeError, ValueError) as error:
        raise _malformed("body", type(error).__name__, "must be JSON in UTF-8") from error
    except RecursionError as error:
        raise _malformed("body", "too deep", "must not be nested that deeply") from error
    if not isinstance(event, dict):
        raise _malformed("body", type(event).__name__, "must be a JSON object")
    return event


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _check(name: str, value: object) -> None:
    if _ATTRIBUTE.fullmatch(name) is None:
        raise _malformed(
            ascii(name)[:40], "illegal name", "attributes are lower-case letters, digits"
        )
    if not isinstance(value, str | int):
        raise _malformed(name, type(value).__name__, "must be text, a whole number, true or false")
    if isinstance(value, str) and _CONTROL.search(value):
        raise _malformed(name, ascii(value)[:60], "must not hold control characters")


def _time(value: object, message: Message) -> int | None:
    if value is None:
        return message.timestamp
    at = parse_instant(value) if isinstance(value, str) else None
    if at is None:
        raise _malformed("time", ascii(value)[:60], "must be an RFC 3339 time")
    return at


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _malformed(what: str, value: object, rule: str) -> PermanentError:
    return PermanentError(Rejection.MALFORMED, f"{what}: {value}: {rule}")
