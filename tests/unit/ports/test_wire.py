"""Events whole in the body: what is accepted, and what is refused and why."""

import json

import pytest

from knative_lambda.domain.errors import PermanentError
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
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def body(**attributes: object) -> bytes:
    """An event with these attributes besides a type and a source."""
    return json.dumps({"type": "t", "source": "s", **attributes}).encode()


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


def test_the_id_of_a_message_must_be_one() -> None:
    with pytest.raises(PermanentError, match=r"message_id: 'a.nb': must not hold control"):
        wire.decode(Message(BUILD_START, message_id="a\nb"))


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
    sent = body(
        buildid="b", sequence=7, final=True, sampled=False, dataschema="urn:x",
        id="1", specversion="1.0", subject="s", time=format_instant(AT), traceparent=TRACE,
        tracestate="a=b", datacontenttype="application/json", data=1,
    )  # fmt: skip
    assert wire.decode(Message(sent)).extensions == {
        "buildid": "b",
        "sequence": "7",
        "final": "true",
        "sampled": "false",
        "dataschema": "urn:x",
    }


def test_a_number_is_as_good_as_its_text() -> None:
    event = wire.decode(Message(body(id=0, source=0, type=7), message_id="message-1"))
    assert (event.id, event.named, event.source, event.type) == ("0", True, "0", "7")


def test_a_time_that_go_never_set_is_no_time() -> None:
    sent = body(time="0001-01-01T00:00:00Z")
    assert wire.decode(Message(sent)).time is None
    assert wire.decode(Message(sent, timestamp=5)).time == 5


def test_of_equal_keys_the_last_one_counts() -> None:
    sent = b'{"type": "a", "source": "s", "type": "b", "data": {"k": 1, "k": 2}}'
    event = wire.decode(Message(sent))
    assert (event.type, event.data) == ("b", {"k": 2})


def test_the_trace_context_is_no_extension() -> None:
    event = wire.decode(Message(body(traceparent=TRACE, tracestate="vendor=1,other=2")))
    assert (event.traceparent, event.tracestate) == (TRACE, "vendor=1,other=2")
    assert event.extensions == {}


@pytest.mark.parametrize(
    "traceparent",
    [
        "",
        "t",
        TRACE.upper(),
        TRACE + "-00",
        f" {TRACE}",
        TRACE.replace("00-", "ff-", 1),
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-0af7651916cd43dd8448eb211c80319c-{'0' * 16}-01",
        "a\nb",
        7,
        [TRACE],
        None,
    ],
    ids=ascii,
)
def test_a_trace_context_of_another_shape_is_dropped(traceparent: object) -> None:
    event = wire.decode(Message(body(traceparent=traceparent, tracestate="a=b")))
    assert (event.traceparent, event.tracestate, event.extensions) == (None, None, {})


@pytest.mark.parametrize("tracestate", ["", "a=\t", "x" * 513, 7, [], None], ids=ascii)
def test_a_state_that_is_none_leaves_the_trace(tracestate: object) -> None:
    event = wire.decode(Message(body(traceparent=TRACE, tracestate=tracestate)))
    assert (event.traceparent, event.tracestate, event.extensions) == (TRACE, None, {})


@pytest.mark.parametrize(
    ("given", "data"),
    [
        ({"data": {"a": [1, None, 1.5e10]}}, {"a": [1, None, 1.5e10]}),
        ({"data": "text"}, "text"),
        ({"data": "text", "datacontenttype": "text/plain"}, "text"),
        ({"data": "\N{SNOWMAN}\U0001f600"}, "\N{SNOWMAN}\U0001f600"),
        ({"data_base64": "eyJhIjogMX0="}, {"a": 1}),
        ({"data": None, "data_base64": "eyJhIjogMX0="}, {"a": 1}),
        ({"data_base64": "eyJhIjogMX0=", "datacontenttype": "application/x+json"}, {"a": 1}),
        ({"data_base64": "eyJhIjogMX0=", "datacontenttype": "TEXT/JSON; charset=utf-8"}, {"a": 1}),
        ({"data_base64": "eyJhIjogMX0=", "datacontenttype": "text/plain"}, '{"a": 1}'),
        ({"data_base64": "eyJhIjogMX0=", "datacontenttype": ""}, {"a": 1}),
        ({"data_base64": ""}, None),
        ({}, None),
    ],
    ids=ascii,
)
def test_data_is_read_as_its_content_type_says(given: dict[str, object], data: object) -> None:
    assert wire.decode(Message(body(**given), wire.STRUCTURED)).data == data


@pytest.mark.parametrize(
    ("malformed", "fault"),
    [
        (b"", "body: empty"),
        (b" ", "body: Expecting value (line 1, column 2)"),
        (b"{", "body: Expecting property name"),
        (b"{} {}", "body: Extra data"),
        (b'{"type": "\xff"}', "body: no UTF-8 at byte 10"),
        (b"[]", "body: list"),
        (b"null", "body: NoneType"),
        (b'"text"', "body: str"),
        (b'{"type": "t", "source": "s", "data": NaN}', "body: 'NaN': a number must be finite"),
        (b'{"type": "t", "source": "s", "data": -Infinity}', "body: '-Infinity'"),
        (b'{"type": "t", "source": "s", "data": -1e999}', "body: '-1e999'"),
        (b"[" * 500_000, "body: nested too deeply"),
        (b'{"datacontenttype": ' + b"[" * 400 + b"]" * 400 + b"}", "datacontenttype: list"),
        (b'{"type": "t", "source": "s", "data": ' + b"9" * 5000 + b"}", "body: a number is too"),
        (b'{"type": "t", "source": "s", "data": "\\uD83D"}', "body: half a surrogate pair"),
        (b'"' + b"x" * wire.LARGEST + b'"', f"body: {wire.LARGEST + 2} bytes"),
        (b'{"source": "s"}', "type: missing"),
        (b'{"type": "t"}', "source: missing"),
        (body(type=""), "type: missing"),
        (body(source=None), "source: missing"),
        (body(specversion="0.3"), "specversion: '0.3': must be 1.0"),
        (body(specversion=1), "specversion: '1'"),
        (body(specversion=""), "specversion: ''"),
        (body(specversion="x" * 5000), "specversion: 'xxx"),
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
        (body(subject="\ud800"), "body: half a surrogate pair"),
        (body(sequence=1 << 64), "sequence: a number of 65 bits"),
        (body(data_base64="e30=", data={}), "data_base64: given besides data"),
        (body(data_base64="e30"), "data_base64: no base64"),
        (body(data_base64="e3 0="), "data_base64: no base64"),
        (body(data_base64="\N{SNOWMAN}"), "data_base64: no base64"),
        (body(data_base64=7), "data_base64: int"),
        (body(data_base64="e3s="), "data_base64: Expecting property name"),
        (body(data_base64="/w=="), "data_base64: no UTF-8 at byte 0: must be JSON"),
        (body(data_base64="/w==", datacontenttype="image/x"), "data_base64: no UTF-8 at byte 0"),
        (body(time="yesterday"), "time: 'yesterday'"),
        (body(time="2026-02-30T00:00:00Z"), "time: '2026-02-30T00:00:00Z'"),
        (body(time=5), "time: '5'"),
        (body(time=""), "time: ''"),
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
