"""The context attributes of an event: what their names and values may be, and what they make."""

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.fields import shown
from knative_lambda.domain.instants import NOT_BEFORE, parse_instant, told_instant
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.wire_faults import malformed

NAME_RULE: Final = "an attribute's name must be 1 to 64 lower-case letters and digits"
VALUE_RULE: Final = "must be text, a whole number, true or false"
_NAME: Final = re.compile(r"[a-z0-9]{1,64}", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_TRACEPARENT: Final = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII
)
_TRACESTATE: Final = re.compile(r"[ -~]{1,512}", re.ASCII)
TRACE: Final = frozenset({"traceparent", "tracestate"})
_NOT_EXTENSIONS: Final = frozenset(
    {"specversion", "id", "source", "type", "subject", "time", "datacontenttype"}
)
_DISTINCT: Final = frozenset({"source", "type", "subject", "time"})
_NUMBER_BITS: Final = 64
# What Go writes for a time that was never set; taken at its word, the event would be the oldest.
_NEVER: Final = parse_instant("0001-01-01T00:00:00Z")


def is_name(text: str) -> bool:
    """Whether an attribute may have the name *text*."""
    return _NAME.fullmatch(text) is not None


def as_text(name: str, value: object) -> str:
    """The text that stands for the *value* of attribute *name*.

    A whole number or a truth value is taken wherever text belongs, as lenient senders write them.

    Raises:
        PermanentError: Of kind malformed, naming the fault.
    """
    if isinstance(value, str):
        if _CONTROL.search(value):
            raise malformed(name, shown(value), "must not hold control characters")
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, int):
        raise malformed(name, type(value).__name__, VALUE_RULE)
    if value.bit_length() > _NUMBER_BITS:
        fault = f"a number of {value.bit_length()} bits"
        raise malformed(name, fault, f"must have at most {_NUMBER_BITS}")
    return str(value)


def make_event(
    given: Mapping[str, object], data: object, message: Message, *, in_headers: bool
) -> CloudEvent:
    """The event that *message* holds.

    Args:
        given: Its attributes; `None` counts as absent.
        data: Its data, decoded.
        message: What it came in, for the id and the time that the attributes lack.
        in_headers: Whether the attributes stand beside the body, not in it.

    Raises:
        PermanentError: Of kind malformed, naming the fault.
    """
    texts = {
        _legal(name): as_text(name, value)
        for name, value in given.items()
        if value is not None and name not in TRACE
    }
    version = texts.get("specversion", "1.0")
    if version != "1.0":
        raise malformed("specversion", shown(version), "must be 1.0, the one that is read")
    own_id = texts.get("id")
    traceparent = _trace(_TRACEPARENT, given.get("traceparent"))
    return CloudEvent(
        id=own_id or _made_up_id(texts if in_headers else {}, message),
        named=bool(own_id),
        source=_required(texts, "source"),
        type=_required(texts, "type"),
        subject=texts.get("subject"),
        time=_time(texts.get("time"), message),
        data=data,
        traceparent=traceparent,
        tracestate=_trace(_TRACESTATE, given.get("tracestate")) if traceparent else None,
        extensions={name: text for name, text in texts.items() if name not in _NOT_EXTENSIONS},
    )


def _legal(name: str) -> str:
    if not is_name(name):
        raise malformed(shown(name), "illegal name", NAME_RULE)
    return name


def _required(texts: Mapping[str, str], name: str) -> str:
    text = texts.get(name)
    if not text:
        raise malformed(name, "missing", "required of every CloudEvent")
    return text


def _made_up_id(beside: Mapping[str, str], message: Message) -> str:
    if message.message_id:
        return as_text("message_id", message.message_id)
    # Equal data does not make equal events: what is asked for may stand beside it.
    said = [f"{name}={beside[name]}\0" for name in sorted(beside.keys() & _DISTINCT)]
    digest = hashlib.sha256("".join(said).encode())
    digest.update(message.body)
    return f"body-{digest.hexdigest()[:32]}"


def _time(text: str | None, message: Message) -> int | None:
    if text is None:
        return message.timestamp
    at = told_instant(text)
    if at is not None:
        return at
    if parse_instant(text) == _NEVER:
        return message.timestamp
    raise malformed("time", shown(text), NOT_BEFORE)


def _trace(form: re.Pattern[str], value: object) -> str | None:
    # Whatever is wrong with its trace, the event is as good as any.
    return value if isinstance(value, str) and form.fullmatch(value) else None
