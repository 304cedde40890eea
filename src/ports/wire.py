"""The wire form of events: CloudEvents 1.0 as JSON, read tolerantly and written strictly."""

import json
from collections.abc import Mapping
from typing import Final

from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.fields import shown
from knative_lambda.domain.instants import format_instant
from knative_lambda.ports import wire_headers
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.wire_attributes import make_event
from knative_lambda.ports.wire_content import (
    FORMATS,
    is_json,
    media_type,
    read_base64,
    read_content,
)
from knative_lambda.ports.wire_faults import malformed
from knative_lambda.ports.wire_json import parse

STRUCTURED: Final = "application/cloudevents+json"
LARGEST: Final = 10 * 1024 * 1024
_DATA: Final = frozenset({"data", "data_base64"})
_NO_EVENT: Final = (
    f"must be {STRUCTURED}, or headers must hold the event's attributes, among them specversion"
)


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
    event = attributes(announcement)
    body = json.dumps(
        {**event, "data": announcement.data}, separators=(",", ":"), ensure_ascii=False
    ).encode()
    headers = {**event, "content-type": event["datacontenttype"]}
    if announcement.traceparent is not None:
        headers["tracestate"] = ""  # Knative's broker goes on with a trace only if it has both
    return Message(body, STRUCTURED, headers, announcement.id, announcement.time)


def decode(message: Message) -> CloudEvent:
    """The CloudEvent that *message* is, in whichever mode it came.

    - Its content type is `STRUCTURED`: the body is the event, whatever the headers say.
    - The headers give a specversion in any form, or a type with a prefix: the headers are the
      attributes (see `knative_lambda.ports.wire_headers`), the body is the data.
    - They give a type without a prefix: so do producers who only route by it. The body is the
      event if it has a type, a source and data of its own, else it is the data.
    - They give neither: the body is the event, and its content type is JSON or not given.

    An event without id or specversion is taken: its id is the message's, else made from what it
    says. A whole number is as good as its text, and an attribute that is null is absent.

    Raises:
        PermanentError: Of kind malformed, naming the fault; no other error, whatever came.
    """
    check_size(message.body)
    content_type = wire_headers.content_type(message)
    media = media_type(content_type)
    if media == STRUCTURED:
        return _structured(parse(message.body), message)
    if media.startswith(FORMATS):
        raise malformed("content type", shown(media), f"must be {STRUCTURED} for a single event")
    headers = wire_headers.named(message.headers)
    if headers.keys().isdisjoint({"specversion", "type"}):
        if not is_json(content_type):
            raise malformed("content type", shown(media), _NO_EVENT)
        return _structured(parse(message.body), message)
    data_type = content_type or wire_headers.text("datacontenttype", headers)
    data = read_content(message.body, data_type)
    marked = "specversion" in headers or headers["type"].prefixed
    if not marked and isinstance(data, dict) and _is_event(data):
        return _structured(data, message)
    return make_event(wire_headers.values(headers), data, message, in_headers=True)


def check_size(body: bytes) -> None:
    """Refuse a *body* that is larger than any event.

    Raises:
        PermanentError: Of kind malformed: it has more than `LARGEST` bytes.
    """
    if len(body) > LARGEST:
        raise malformed("body", f"{len(body)} bytes", f"must be at most {LARGEST}")


def _is_event(data: Mapping[str, object]) -> bool:
    return data.keys() >= {"type", "source"} and not data.keys().isdisjoint(_DATA)


def _structured(event: object, message: Message) -> CloudEvent:
    if not isinstance(event, dict):
        raise malformed("body", type(event).__name__, "must be a JSON object")
    data, encoded = event.get("data"), event.get("data_base64")
    if encoded is not None:
        if data is not None:
            raise malformed("data_base64", "given besides data", "an event has one of the two")
        data_type = event.get("datacontenttype")
        data = read_base64(encoded, data_type if isinstance(data_type, str) else "")
    given = {name: value for name, value in event.items() if name not in _DATA}
    return make_event(given, data, message, in_headers=False)
