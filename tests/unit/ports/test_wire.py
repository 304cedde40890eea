"""The wire form: what is accepted, what is refused and why, and what we write ourselves."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.strategies import functions, instants, json_values

from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.instants import format_instant
from knative_lambda.domain.rejection import Rejection
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message

BUILD_START = b"""{
  "type": "network.notifi.lambda.build.start",
  "source": "rabbitmq",
  "data": {
    "third_party_id": "example-org",
    "parser_id": "user-parser",
    "build_type": "lambda",
    "runtime": "nodejs22",
    "source_url": "https://github.com/example/parser",
    "build_timeout": 1800
  }
}
"""
BUILD_COMPLETE = b"""{
  "type": "network.notifi.lambda.build.complete",
  "source": "rabbitmq",
  "data": {
    "third_party_id": "example-org",
    "parser_id": "user-parser",
    "job_name": "build-example-org-user-parser-abc123",
    "status": "success",
    "image_uri": "123456789.dkr.ecr.us-west-2.amazonaws.com/parser:abc123",
    "duration": "2m30s",
    "correlation_id": "corr-123"
  }
}
"""
AT = 1_800_000_000_250_000_000


def body(**attributes: object) -> bytes:
    """An event with these attributes besides a type and a source."""
    return json.dumps({"type": "t", "source": "s", **attributes}).encode()


# Attributes hold no control characters and no halves of surrogate pairs.
_values = st.text(max_size=20).filter(
    lambda text: all(unicodedata.category(char) not in {"Cc", "Cs"} for char in text)
)
_announcements = st.builds(
    Announcement,
    id=_values.filter(bool),
    type=_values.filter(bool),
    function=functions,
    time=instants,
    data=st.dictionaries(st.text(), json_values, max_size=4),
    build_id=st.none() | _values,
    correlation_id=st.none() | _values,
    traceparent=st.none() | _values,
)
ANNOUNCEMENT = Announcement(
    id="e" * 32,
    type="network.notifi.lambda.build.started",
    function=FunctionId("acme", "hello"),
    time=AT,
    data={"third_party_id": "acme", "detail": "größer"},
    build_id="b" * 32,
    correlation_id="corr-1",
    traceparent="00-trace",
)


@pytest.mark.parametrize("sample", [BUILD_START, BUILD_COMPLETE], ids=["start", "complete"])
def test_an_event_without_id_and_specversion_is_accepted(sample: bytes) -> None:
    event = wire.decode(Message(sample))
    given = json.loads(sample)
    assert (event.type, event.source, event.data) == (given["type"], "rabbitmq", given["data"])
    assert (event.named, event.time, event.subject, event.extensions) == (False, None, None, {})
    assert event.id


def test_an_event_without_an_id_has_that_of_its_message() -> None:
    event = wire.decode(Message(BUILD_START, message_id="message-1"))
    assert (event.id, event.named) == ("message-1", False)


def test_without_any_id_the_body_makes_one() -> None:
    first, again = wire.decode(Message(BUILD_START)), wire.decode(Message(BUILD_START))
    assert first.id == again.id != wire.decode(Message(BUILD_COMPLETE)).id


@pytest.mark.parametrize("nothing", ["", None])
def test_an_empty_id_is_no_id(nothing: str | None) -> None:
    event = wire.decode(Message(body(id=nothing), message_id="message-1"))
    assert (event.id, event.named) == ("message-1", False)


def test_an_events_own_id_counts_before_that_of_its_message() -> None:
    event = wire.decode(Message(body(id="own"), message_id="message-1"))
    assert (event.id, event.named) == ("own", True)


def test_an_events_own_time_counts_before_that_of_its_message() -> None:
    assert wire.decode(Message(body(), timestamp=5)).time == 5
    assert wire.decode(Message(body(time=format_instant(AT)), timestamp=5)).time == AT


def test_null_counts_as_absent() -> None:
    sent = body(subject=None, time=None, specversion=None, traceparent=None, more=None, data=None)
    event = wire.decode(Message(sent))
    assert (event.subject, event.time, event.traceparent) == (None, None, None)
    assert (event.extensions, event.data) == ({}, None)


def test_other_attributes_are_extensions() -> None:
    event = wire.decode(Message(body(buildid="b", sequence=7, traceparent="t", specversion="1.0")))
    assert event.extensions["buildid"] == "b"
    assert event.extensions["sequence"] == "7"
    assert event.traceparent == "t"
    assert "specversion" not in event.extensions


@pytest.mark.parametrize(
    ("malformed", "fault"),
    [
        (b"", "body"),
        (b"{", "body"),
        (b'{"type": "\xff"}', "body"),
        (b"[]", "body: list"),
        (b"null", "body: NoneType"),
        (b'"text"', "body: str"),
        (b'{"type": "t", "source": "s", "data": NaN}', "body"),
        (b'{"type": "t", "source": "s", "data": -Infinity}', "body"),
        (b"[" * 500_000, "body"),
        (b'{"type": "t", "source": "s", "data": ' + b"9" * 5000 + b"}", "body"),
        (b'"' + b"x" * wire.LARGEST + b'"', f"body: {wire.LARGEST + 2} bytes"),
        (b'{"source": "s"}', "type: missing"),
        (b'{"type": "t"}', "source: missing"),
        (body(type=""), "type: missing"),
        (body(source=None), "source: missing"),
        (body(specversion="0.3"), "specversion: 0.3"),
        (body(specversion=1.0), "specversion: float"),
        (body(Subject="s"), "'Subject': illegal name"),
        (body(**{"data-x": "s"}), "'data-x': illegal name"),
        (body(**{"": "s"}), "'': illegal name"),
        (body(größe="s"), "'gr\\xf6\\xdfe': illegal name"),
        (body(**{"x" * 65: "s"}), "'xxx"),
        (body(subject=["a"]), "subject: list"),
        (body(subject={"a": 1}), "subject: dict"),
        (body(subject=1.5), "subject: float"),
        (body(subject="a\nb"), "subject: 'a\\nb'"),
        (body(subject="\x7f"), "subject: '\\x7f'"),
        (body(id="\x00"), "id: '\\x00'"),
        (body(subject="\ud800"), "subject: '\\ud800'"),
        (body(time="yesterday"), "time: 'yesterday'"),
        (body(time="2026-02-30T00:00:00Z"), "time: '2026-02-30T00:00:00Z'"),
        (body(time=5), "time: 5"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_what_is_malformed_is_refused_and_its_fault_named(malformed: bytes, fault: str) -> None:
    with pytest.raises(PermanentError) as refusal:
        wire.decode(Message(malformed))
    assert refusal.value.rejection is Rejection.MALFORMED
    assert refusal.value.detail.startswith(fault)
    assert len(refusal.value.detail) < 200
    assert refusal.value.detail.isprintable()


@given(announcement=_announcements)
def test_what_was_encoded_is_decoded(announcement: Announcement) -> None:
    event = wire.decode(wire.encode(announcement))
    assert (event.id, event.named) == (announcement.id, True)
    assert (event.source, event.type) == (announcement.source, announcement.type)
    assert (event.subject, event.time) == (announcement.function.parser_id, announcement.time)
    assert (event.data, event.traceparent) == (announcement.data, announcement.traceparent)
    extensions = {
        "buildid": announcement.build_id,
        "correlationid": announcement.correlation_id,
        "traceparent": announcement.traceparent,
    }
    assert event.extensions == {k: v for k, v in extensions.items() if v is not None}


@given(announcement=_announcements)
def test_the_same_announcement_has_the_same_bytes(announcement: Announcement) -> None:
    assert wire.encode(announcement) == wire.encode(announcement)


def test_an_event_is_written_structured_with_its_attributes_in_the_headers() -> None:
    message = wire.encode(ANNOUNCEMENT)
    event = json.loads(message.body)
    assert message.content_type == "application/cloudevents+json"
    assert (message.message_id, message.timestamp) == (ANNOUNCEMENT.id, AT)
    assert event.pop("data") == ANNOUNCEMENT.data
    assert event == message.headers == wire.attributes(ANNOUNCEMENT)
    assert event == {
        "specversion": "1.0",
        "id": "e" * 32,
        "source": "network.notifi.acme",
        "type": "network.notifi.lambda.build.started",
        "subject": "hello",
        "time": "2027-01-15T08:00:00.25Z",
        "datacontenttype": "application/json",
        "buildid": "b" * 32,
        "correlationid": "corr-1",
        "traceparent": "00-trace",
    }
