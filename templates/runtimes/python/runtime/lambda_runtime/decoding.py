"""From an HTTP request to the event: CloudEvents binary and structured mode, and plain JSON."""

import base64
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from lambda_runtime.attributes import decode_attribute, is_attribute_name
from lambda_runtime.content_types import charset, is_json, is_text, media_type
from lambda_runtime.events import Event
from lambda_runtime.requests import Request, RequestError

_REQUIRED = ("specversion", "id", "source", "type")
_SHOWN = 40  # characters of a name that is none
_BATCH = "application/cloudevents-batch"
_STRUCTURED = "application/cloudevents+json"


def decode_event(request: Request) -> Event:
    """The event a POST carries; raises RequestError with a detail that names what is wrong."""
    content_type = request.headers.get("content-type", "")
    media = media_type(content_type)
    if media.startswith("application/cloudevents"):
        return _structured(media, request.body)
    event = Event()
    for header, value in request.headers.items():
        if header.startswith("ce-"):
            _check_name(header[3:])
            event[header[3:]] = _attribute(header, value)
    if not event:
        return _plain(media, request.body)
    _check_required(event, "header ce-")
    if content_type:
        event["datacontenttype"] = content_type
    event["data"] = _binary_data(media, content_type, request.body)
    return event


def _attribute(header: str, value: str) -> str:
    try:
        return decode_attribute(value)
    except UnicodeDecodeError:
        raise RequestError(
            400, f"the header {header} percent-encodes bytes that are no UTF-8"
        ) from None


def _check_name(name: str) -> None:
    if name == "data" or not is_attribute_name(name):
        raise RequestError(
            400,
            f"{name[:_SHOWN]!r} is no CloudEvents attribute: "
            "names are of the letters a-z and digits",
        )


def _check_required(event: Event, kind: str) -> None:
    for name in _REQUIRED:
        value = event.get(name)
        if value is None or value == "":
            raise RequestError(400, f"the CloudEvent's {kind}{name} is missing or empty")
        if not isinstance(value, str):
            raise RequestError(400, f"the CloudEvent's {kind}{name} must be a string")
    if event["specversion"] != "1.0":
        raise RequestError(400, "the CloudEvent's specversion must be '1.0'")


def _binary_data(media: str, content_type: str, body: bytes) -> Any:
    if not body:
        return None
    if is_json(media):
        return _json(body)
    if is_text(media):
        try:
            return body.decode(charset(content_type))
        except LookupError:
            raise RequestError(415, f"the charset of {content_type!r} is unknown") from None
        except UnicodeDecodeError as error:
            raise RequestError(
                400, f"the body is not text as {content_type!r} says: {error.reason}"
            ) from None
    return body


def _structured(media: str, body: bytes) -> Event:
    if media.startswith(_BATCH):
        raise RequestError(415, "a function takes single events only; send each event by itself")
    if media != _STRUCTURED:
        raise RequestError(415, f"the content type {media} is not understood; send {_STRUCTURED}")
    document = _json(body)
    if not isinstance(document, dict):
        raise RequestError(400, "a structured CloudEvent must be a JSON object")
    data, encoded = document.pop("data", None), document.pop("data_base64", None)
    for name, value in document.items():
        _check_name(name)
        if isinstance(value, dict | list | float):
            raise RequestError(400, f"the attribute {name} must be a string, integer or boolean")
    event = Event({name: value for name, value in document.items() if value is not None})
    _check_required(event, "attribute ")
    if encoded is not None and data is not None:
        raise RequestError(400, "a CloudEvent has data or data_base64, not both")
    event["data"] = _structured_data(event, data) if encoded is None else _base64(encoded)
    return event


def _structured_data(event: Event, data: Any) -> Any:
    media = media_type(str(event.get("datacontenttype", "application/json")))
    if isinstance(data, str) and not is_json(media) and not is_text(media):
        return data.encode("utf-8", "surrogatepass")
    return data


def _plain(media: str, body: bytes) -> Event:
    if not body:
        raise RequestError(400, "the request has neither ce- headers nor a body; send a CloudEvent")
    if media and not is_json(media):
        raise RequestError(415, f"{media} needs the ce- headers of a CloudEvent; or send JSON")
    return Event(
        specversion="1.0",
        id=str(uuid.uuid4()),
        source="urn:http:request",
        type="network.notifi.lambda.request",
        time=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        datacontenttype="application/json",
        data=_json(body),
    )


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON value")


_JSON_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _json(body: bytes) -> Any:
    try:
        return _JSON_DECODER.decode(body.decode())
    except (ValueError, RecursionError) as error:
        raise RequestError(400, f"the body is not JSON: {error}") from None


def _base64(encoded: object) -> bytes:
    try:
        if isinstance(encoded, str):
            return base64.b64decode(encoded, validate=True)
    except ValueError:
        pass
    raise RequestError(400, "data_base64 is not a string of base64")
