"""CloudEvents between the broker's form and HTTP in binary mode."""

import base64
import json
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote

import attrs

from knative_lambda.domain.instants import parse_instant
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message

_PREFIX: Final = "ce-"
_NO_OBJECT: Final = "a structured event must be a JSON object"
_ATTRIBUTE: Final = re.compile(r"[a-z0-9]+", re.ASCII)
_JSON: Final = re.compile(r"[^/;\s]+/(?:[^/;\s]+\+)?json\s*(?:;.*)?", re.IGNORECASE)
# All printable ASCII but the double quote and the percent sign.
_PLAIN: Final = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"%')


@attrs.frozen
class BinaryEvent:
    """An event as an HTTP request or response has it."""

    headers: Mapping[str, str]
    body: bytes = attrs.field(repr=False)


def attributes_of(message: Message) -> dict[str, str]:
    """The context attributes of *message*, from its bare headers: what a Trigger selects by."""
    return {
        name: value
        for name, value in message.headers.items()
        if isinstance(value, str) and _ATTRIBUTE.fullmatch(name)
    }


def to_binary(message: Message) -> BinaryEvent:
    """*message* as a request; its data out of the body, if that holds a whole event.

    Raises:
        ValueError: The body is not what its content type says.
    """
    given = attributes_of(message)
    media_type = given.pop("datacontenttype", None)
    headers = {
        f"{_PREFIX}{name}": quote(value, safe=_PLAIN)
        for name, value in given.items()
        if value  # an attribute that is there has a value
    }
    if not message.content_type.lower().startswith(wire.STRUCTURED):
        return _with_type(headers, message.content_type or media_type, message.body)
    event = json.loads(message.body)
    if not isinstance(event, dict):
        raise ValueError(_NO_OBJECT)  # noqa: TRY004 - the fault of what came, not of the caller
    media_type = media_type or event.get("datacontenttype")
    if "data_base64" in event:
        return _with_type(headers, media_type, base64.b64decode(str(event["data_base64"])))
    if "data" not in event:
        return _with_type(headers, media_type, b"")
    data = event["data"]
    if isinstance(data, str) and not _JSON.fullmatch(media_type or "application/json"):
        return _with_type(headers, media_type, data.encode())
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return _with_type(headers, media_type or "application/json", text.encode())


def _with_type(headers: dict[str, str], media_type: str | None, body: bytes) -> BinaryEvent:
    return BinaryEvent({**headers, "content-type": media_type} if media_type else headers, body)


def from_response(headers: Mapping[str, str], body: bytes) -> Message | None:
    """The event that a response is, in the broker's form; `None` when it is none.

    Raises:
        ValueError: It should be one, and its body is not what its content type says.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    media_type = lower.get("content-type")
    if media_type is not None and media_type.lower().startswith(wire.STRUCTURED):
        event = json.loads(body)
    elif "ce-specversion" in lower:
        event = {
            name.removeprefix(_PREFIX): unquote(value)
            for name, value in lower.items()
            if name.startswith(_PREFIX)
        } | _content(media_type, body)
    else:
        return None
    return _message(event)


def _content(media_type: str | None, body: bytes) -> dict[str, object]:
    typed: dict[str, object] = {"datacontenttype": media_type} if media_type else {}
    if not body:
        return typed
    if media_type is None or _JSON.fullmatch(media_type):
        return {**typed, "data": json.loads(body)}
    if media_type.lower().startswith("text/"):
        return {**typed, "data": body.decode()}
    return {**typed, "data_base64": base64.b64encode(body).decode()}


def _message(event: object) -> Message:
    if not isinstance(event, dict):
        raise ValueError(_NO_OBJECT)  # noqa: TRY004 - the fault of what came, not of the caller
    attributes = {
        name: value
        for name, value in event.items()
        if isinstance(value, str) and name not in {"data", "data_base64"}
    }
    missing = {"id", "source", "specversion", "type"} - attributes.keys()
    if missing:
        raise ValueError(f"it lacks {', '.join(sorted(missing))}, required of every CloudEvent")
    body = json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
    at = parse_instant(attributes["time"]) if "time" in attributes else None
    return Message(body, wire.STRUCTURED, attributes, attributes["id"], at)
