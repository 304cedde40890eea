"""HTTP requests as messages, so that past this file an event is read alike wherever it came in."""

import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import unquote_to_bytes

from knative_lambda.ports.event_source import Message
from knative_lambda.ports.wire_content import FORMATS, media_type

_PREFIX: Final = "ce-"
_TRACE: Final = ("traceparent", "tracestate")  # as W3C Trace Context names its headers
_QUOTED: Final = re.compile(r'"(.*)"', re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


def from_http(headers: Mapping[str, str] | Iterable[tuple[str, str]], body: bytes) -> Message:
    """The message that a request is; whether it holds an event is for `wire.decode` to find out.

    Of its headers those of the event are kept, unless the body is the whole event, with lower-case
    names and decoded values. A value that is no UTF-8 is kept as bytes, which are refused later.
    An event in headers that has no trace of its own continues that of its request.

    Args:
        headers: As they came; of several with one name the last counts.
        body: As it came.
    """
    content_type = ""
    attributes: dict[str, object] = {}
    trace: dict[str, object] = {}
    for header, value in headers.items() if isinstance(headers, Mapping) else headers:
        name = header.lower()
        if name == "content-type":
            content_type = value
        elif name.startswith(_PREFIX):
            attributes[name] = _decoded(value)
        elif name in _TRACE:
            trace[_PREFIX + name] = value
    if media_type(content_type).startswith(FORMATS):
        return Message(body, content_type)
    if attributes and f"{_PREFIX}{_TRACE[0]}" not in attributes:
        attributes |= trace
    return Message(body, content_type, attributes)


def _decoded(value: str) -> str | bytes:
    text = value.strip(" \t")
    quoted = _QUOTED.fullmatch(text)
    if quoted is not None:
        text = _ESCAPED.sub(r"\1", quoted[1])
    raw = unquote_to_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw
