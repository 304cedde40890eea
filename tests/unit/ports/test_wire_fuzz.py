"""Whatever message comes, it is read or refused in a short and printable sentence."""

import json
from datetime import timedelta, timezone

from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.rejection import Rejection
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.wire_http import from_http

NAMES = [
    "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema",
    "traceparent", "tracestate", "data", "data_base64", "buildid", "correlation_id", "Type", "",
    "content-type",
]  # fmt: skip
FORMS = ["", "ce-", "ce_", "cloudEvents:", "cloudEvents_", "CE-", "x-", "ce"]
CONTENT_TYPES = [
    "", "application/json", wire.STRUCTURED, "application/cloudevents-batch+json", "text/plain",
    "application/cloudevents", "a/b+json; charset=x", "image/png",
]  # fmt: skip
TELLING = ["1.0", "0.3", "2026-01-02T03:04:05Z", "e30=", "null", '{"a": 1}', "\x1b[31m", "\ud800"]

any_text = st.text(st.characters(codec=None), max_size=30)
zones = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(60, 20_000).map(lambda bits: 1 << bits)
    | st.floats()
    | st.decimals()
    | any_text
    | st.sampled_from(TELLING)
)
json_leaves = st.none() | st.booleans() | st.integers() | st.floats() | any_text
json_leaves |= st.sampled_from(TELLING)
amqp_values: SearchStrategy[object] = st.recursive(
    leaves
    | st.binary()
    | st.binary().map(bytearray)
    | st.datetimes()
    | st.datetimes(timezones=zones)
    | st.datetimes(timezones=st.timezones()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=4,
)
header_names = st.tuples(st.sampled_from(FORMS), st.sampled_from(NAMES) | any_text).map("".join)
content_types = st.sampled_from(CONTENT_TYPES) | any_text
events = st.dictionaries(
    st.sampled_from(NAMES) | any_text,
    json_leaves | st.lists(json_leaves, max_size=2) | st.dictionaries(any_text, json_leaves),
    max_size=8,
)
written = st.builds(
    lambda event, ascii_only: json.dumps(event, ensure_ascii=ascii_only).encode(
        "utf-8", "surrogatepass"
    ),
    events | events.map(lambda event: {"type": "t", "source": "s", **event}),
    st.booleans(),
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """An event in JSON of which some bytes were lost, and others put in their place."""
    text = draw(written)
    begin = draw(st.integers(0, len(text)))
    end = draw(st.integers(begin, min(len(text), begin + 8)))
    return text[:begin] + draw(st.binary(max_size=8)) + text[end:]


bodies = written | mutated() | st.binary()


def check(message: Message) -> None:
    """Read *message*; what comes of it must be an event in which all is text, or a refusal."""
    try:
        event = wire.decode(message)
    except PermanentError as error:
        refusal = error
    else:
        texts = [event.id, event.source, event.type, *event.extensions, *event.extensions.values()]
        texts += [text for text in (event.subject, event.traceparent, event.tracestate) if text]
        assert event.id
        assert event.source
        assert event.type
        assert "".join(texts).encode()
        json.dumps(event.data, allow_nan=False, ensure_ascii=False).encode()
        assert event == wire.decode(message)
        return
    assert refusal.rejection is Rejection.MALFORMED
    assert 0 < len(refusal.detail) < 1000
    assert refusal.detail.isprintable()


@given(
    body=bodies,
    content_type=content_types,
    headers=st.dictionaries(header_names, amqp_values, max_size=8),
    message_id=st.none() | any_text,
    timestamp=st.none() | st.integers(),
)
@settings(max_examples=400)
@example(b"[" * 100_000, "", {}, None, None)
@example(b'{"data":' * 5000 + b"1" + b"}" * 5000, "", {"type": "t"}, None, None)
@example(b"{}", "x" * 100_000, {"ce-" + "x" * 100_000: 1, "type": "t"}, None, None)
@example(b'{"type": "t", "source": "s"}', "", {}, "\ud800", None)
def test_any_message_is_read_or_refused_for_good(
    body: bytes,
    content_type: str,
    headers: dict[str, object],
    message_id: str | None,
    timestamp: int | None,
) -> None:
    check(Message(body, content_type, headers, message_id, timestamp))


@given(
    body=bodies,
    content_type=content_types,
    headers=st.dictionaries(
        st.tuples(st.sampled_from(FORMS), st.sampled_from(NAMES)).map("".join),
        st.sampled_from(TELLING) | amqp_values,
    ),
)
@settings(max_examples=400)
def test_any_event_in_headers_is_read_or_refused_for_good(
    body: bytes, content_type: str, headers: dict[str, object]
) -> None:
    check(
        Message(body, content_type, {"specversion": "1.0", "type": "t", "source": "s", **headers})
    )


@given(body=bodies, content_type=content_types, pairs=st.lists(st.tuples(header_names, any_text)))
def test_any_request_is_read_or_refused_for_good(
    body: bytes, content_type: str, pairs: list[tuple[str, str]]
) -> None:
    check(from_http([*pairs, ("Content-Type", content_type)], body))
