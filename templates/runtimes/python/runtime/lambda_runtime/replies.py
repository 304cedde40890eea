"""From what a handler returned to the HTTP response, CloudEvent replies included."""

import base64
import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any

from lambda_runtime.attributes import encode_attribute, is_attribute_name
from lambda_runtime.configuration import Configuration
from lambda_runtime.content_types import is_json, media_type
from lambda_runtime.events import Event
from lambda_runtime.responses import Response, json_bytes

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_NO_CONTENT = Response(204, b"")
_JSON = b"content-type: application/json\r\n"
_TEXT = b"content-type: text/plain; charset=utf-8\r\n"
_BYTES = b"content-type: application/octet-stream\r\n"


class InvalidResultError(Exception):
    """A result that cannot be answered with; the message says what was wrong with it."""


def response_of(result: Any, event: Event, configuration: Configuration) -> Response:
    """Raises InvalidResultError."""
    if result is None:
        return _NO_CONTENT
    if isinstance(result, dict) and "specversion" in result:
        return _reply(result, event, configuration)
    header, body = _encode(result)
    return Response(200, header, body)


def _encode(value: Any) -> tuple[bytes, bytes]:
    """The content-type line that a value implies, and its body."""
    try:
        if isinstance(value, str):
            return _TEXT, value.encode()
        if isinstance(value, bytes | bytearray | memoryview):
            return _BYTES, bytes(value)
        return _JSON, json_bytes(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidResultError(f"it has no form as JSON or text: {error}") from None


def _reply(result: dict[str, Any], event: Event, configuration: Configuration) -> Response:
    """Binary mode: attributes as headers, the data as the body."""
    attributes = {name: value for name, value in result.items() if value is not None}
    data, encoded = attributes.pop("data", None), attributes.pop("data_base64", None)
    if not attributes.get("type"):
        raise InvalidResultError("the reply has no type")
    attributes.setdefault("id", _reply_id(event, str(attributes["type"])))
    attributes.setdefault("source", configuration.source)
    attributes.setdefault("subject", configuration.parser_id)
    attributes.setdefault("time", datetime.now(UTC).isoformat().replace("+00:00", "Z"))
    _continue_trace(attributes, event)
    content_type = attributes.pop("datacontenttype", None)
    if encoded is not None:
        data = _decode_base64(encoded)
    implied, body = (b"", b"") if data is None else _reply_data(data, content_type)
    stated = implied if content_type is None else _content_type_line(content_type)
    _check(attributes)
    _refuse_loop(attributes, configuration)
    return Response(200, stated + _header_lines(attributes), body)


def _reply_id(event: Event, reply_type: str) -> str:
    """The same for each delivery of the event, so that receivers can drop duplicates."""
    origin = [event["source"], event["id"], reply_type]
    text = json.dumps(origin, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _continue_trace(attributes: dict[str, Any], event: Event) -> None:
    """The reply belongs to the trace of its event, unless it names one of its own."""
    parent, state = event.get("traceparent"), event.get("tracestate")
    if "traceparent" in attributes or not _TRACEPARENT.fullmatch(parent or ""):
        return
    attributes["traceparent"] = parent
    if state:
        attributes.setdefault("tracestate", state)


def _check(attributes: dict[str, Any]) -> None:
    if attributes["specversion"] != "1.0":
        raise InvalidResultError(f"the reply's specversion is {attributes['specversion']!r}")
    for name in ("id", "source", "type"):
        if not isinstance(attributes[name], str) or not attributes[name]:
            raise InvalidResultError(f"the reply's {name} must be a string that is not empty")
    for name in attributes:
        if not (isinstance(name, str) and is_attribute_name(name)):
            raise InvalidResultError(
                f"the reply's attribute name {name!r} must be of the letters a-z and digits"
            )


def _refuse_loop(attributes: dict[str, Any], configuration: Configuration) -> None:
    for trigger in configuration.triggers:
        if all(attributes.get(name) == value for name, value in trigger.items()):
            raise InvalidResultError(
                "reply loop: the function's own trigger would deliver the reply of type "
                f"{attributes['type']!r} back to it; return another type, source or subject"
            )


def _header_lines(attributes: dict[str, Any]) -> bytes:
    try:
        lines = [f"ce-{name}: {encode_attribute(value)}\r\n" for name, value in attributes.items()]
    except (TypeError, UnicodeEncodeError) as error:
        raise InvalidResultError(
            f"the reply has an attribute that cannot be sent: {error}"
        ) from None
    return "".join(lines).encode()


def _content_type_line(content_type: Any) -> bytes:
    if not (
        isinstance(content_type, str) and content_type.isascii() and content_type.isprintable()
    ):
        raise InvalidResultError(f"the reply's datacontenttype {content_type!r} is no media type")
    return f"content-type: {content_type}\r\n".encode()


def _reply_data(data: Any, content_type: Any) -> tuple[bytes, bytes]:
    if isinstance(data, str) and is_json(media_type(str(content_type))):
        return _JSON, json.dumps(data).encode()
    return _encode(data)


def _decode_base64(encoded: Any) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (TypeError, ValueError):
        raise InvalidResultError("the reply's data_base64 is not a string of base64") from None
