"""Events whose attributes are headers: forms of names, types of values, and data beside them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.instants import format_instant, parse_instant
from knative_lambda.domain.rejection import Rejection
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
FORMS = ["ce-", "ce_", "cloudEvents:", "cloudEvents_", ""]  # the first counts most
REQUIRED = {"specversion": "1.0", "type": "t", "source": "s"}


def sent(body: bytes = b"{}", content_type: str = "application/json", **more: object) -> Message:
    """An event with bare headers, *more* among them."""
    return Message(body, content_type, {**REQUIRED, **more})


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", [str, str.upper, str.title, str.lower])
def test_an_event_is_read_in_every_form(form: str, case: "type[str]") -> None:
    attributes = {
        **REQUIRED,
        "id": "1",
        "subject": "ä 100%25",
        "time": "2026-01-02T03:04:05.6Z",
        "buildid": "b",
        "traceparent": TRACE,
        "tracestate": "a=b",
    }
    headers = {case(f"{form}{name}"): value for name, value in attributes.items()}
    event = wire.decode(Message(b'{"a": 1}', "application/json", headers))
    assert (event.id, event.named, event.source, event.type) == ("1", True, "s", "t")
    assert (event.subject, event.extensions) == ("ä 100%25", {"buildid": "b"})
    assert event.time == parse_instant("2026-01-02T03:04:05.6Z")
    assert (event.traceparent, event.tracestate, event.data) == (TRACE, "a=b", {"a": 1})


def test_what_the_broker_of_knative_publishes_is_read() -> None:
    headers = {
        "content-type": "application/json",
        "specversion": "1.0",
        "time": "0001-01-01T00:00:00Z",
        "id": "e-1",
        "type": "t",
        "source": "s",
        "knativeerrorcode": 500,
        "traceparent": TRACE,
        "tracestate": "",
        "x-knative-trigger": "trigger",
        "x-death": [{"count": 1}],
    }
    event = wire.decode(Message(b'{"a": 1}', "application/json", headers, "e-1"))
    assert (event.id, event.time, event.data) == ("e-1", None, {"a": 1})
    assert (event.traceparent, event.tracestate) == (TRACE, None)
    assert event.extensions == {"knativeerrorcode": "500"}


def test_where_forms_disagree_the_first_of_them_counts() -> None:
    headers: dict[str, object] = dict(REQUIRED)
    for form in reversed(FORMS):
        headers[f"{form}subject"] = form
    for form in FORMS:
        assert wire.decode(Message(b"", "", headers)).subject == form
        assert wire.decode(Message(b"", "", dict(reversed(headers.items())))).subject == form
        headers[f"{form}subject"] = None  # and what says nothing does not count


def test_of_two_headers_in_one_form_the_last_counts() -> None:
    headers = {**REQUIRED, "ce-subject": "a", "Ce-Subject": "b"}
    assert wire.decode(Message(b"", "", headers)).subject == "b"


@pytest.mark.parametrize(
    "name",
    [
        "correlation-id", "my.header", "X-Request-Id", "x-death", "user-agent", "Host:", "größe",
        "\N{KELVIN SIGN}ey", "a" * 65, "", "\n", "CC", "BCC", "data", "Data",
    ],
)  # fmt: skip
def test_a_bare_header_that_can_be_no_attribute_is_not_ours(name: str) -> None:
    headers: dict[str, object] = {**REQUIRED, name: [1.5]}
    assert wire.decode(Message(b"", "", headers)).extensions == {}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("größer", "größer"),
        ("größer".encode(), "größer"),
        (bytearray(b"a"), "a"),
        (True, "true"),
        (False, "false"),
        (-7, "-7"),
        ((1 << 64) - 1, "18446744073709551615"),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05Z"),
        (datetime(2026, 1, 2, 3, 4, 5), "2026-01-02T03:04:05Z"),  # noqa: DTZ001 - of no zone
        (
            datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=timezone(timedelta(hours=1))),
            "2026-01-02T02:04:05.0006Z",
        ),
        (None, None),
    ],
    ids=str,
)
@pytest.mark.parametrize("form", FORMS)
def test_the_value_of_a_header_is_text_or_has_one(form: str, value: object, text: object) -> None:
    event = wire.decode(Message(b"", "", {**REQUIRED, f"{form}extension": value}))
    assert event.extensions.get("extension") == text


@pytest.mark.parametrize(
    "time",
    [
        1_767_323_045_006,
        datetime(2026, 1, 2, 3, 4, 5, 6000, tzinfo=UTC),
        "2026-01-02T03:04:05.006Z",
        b"2026-01-02T04:04:05.006+01:00",
    ],
)
def test_a_time_is_text_or_an_instant_of_amqp(time: object) -> None:
    event = wire.decode(sent(time=time))
    assert event.time == 1_767_323_045_006_000_000
    assert format_instant(event.time) == "2026-01-02T03:04:05.006Z"


@pytest.mark.parametrize("value", [[TRACE], 7, 1.5, TRACE.encode(), "a\nb", "other"], ids=str)
def test_a_trace_context_of_another_shape_is_dropped(value: object) -> None:
    event = wire.decode(sent(traceparent=value, tracestate=value))
    assert (event.traceparent, event.tracestate, event.extensions) == (None, None, {})


@pytest.mark.parametrize(
    ("headers", "fault"),
    [
        ({"subject": 1.5}, "'subject': float: must be text, a whole number, true or false"),
        ({"ce-Subject": Decimal(1)}, "'ce-Subject': Decimal: must be text"),
        ({"cloudEvents:subject": ["a"]}, "'cloudEvents:subject': list"),
        ({"cloudEvents_subject": {"a": 1}}, "'cloudEvents_subject': dict"),
        ({"ce_subject": b"a\xff"}, "'ce_subject': no UTF-8 at byte 1: must be text in UTF-8"),
        ({"subject": "a\x1b"}, "subject: 'a\\x1b': must not hold control characters"),
        ({"subject": "\ud800"}, "subject: '\\ud800': must not hold control characters"),
        ({"subject": 1 << 20_000}, "subject: a number of 20001 bits: must have at most 64"),
        ({"time": 1 << 20_000}, "'time': out of range: must lie in the years 1 to 9999"),
        ({"time": 253_402_300_800_000}, "'time': out of range"),
        ({"time": datetime.min.replace(tzinfo=timezone(timedelta(hours=9)))}, "'time': out of ra"),
        ({"time": True}, "time: 'true': must be an RFC 3339 time, not before 1970"),
        (
            {"time": "1767323045006"},
            "time: '1767323045006': must be an RFC 3339 time, not before 1970",
        ),
        (
            {"time": "1960-01-01T00:00:00Z"},
            "time: '1960-01-01T00:00:00Z': must be an RFC 3339 time, not before 1970",
        ),
        ({"ce-correlation_id": "x"}, "'ce-correlation_id': illegal name: after the prefix, an att"),
        ({"ce-": "x"}, "'ce-': illegal name"),
        ({"ce-x-death": []}, "'ce-x-death': illegal name"),
        ({"ce-größe": "x"}, "'ce-gr\\xf6\\xdfe': illegal name"),
        ({"ce-\N{KELVIN SIGN}ey": "x"}, "'ce-\\u212aey': illegal name"),
        ({"cloudEvents:" + "x" * 65: "x"}, "'cloudEvents:xxx"),
        ({"ce-a\nb": "x"}, "'ce-a\\nb': illegal name"),
        ({"ce-data": "x"}, "'ce-data': no attribute: the data is the body"),
        ({"type": None}, "type: missing: required of every CloudEvent"),
        ({"source": ""}, "source: missing: required of every CloudEvent"),
        ({"specversion": "0.3"}, "specversion: '0.3': must be 1.0"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else ",".join(map(ascii, value))[:40],
)
def test_a_header_that_is_malformed_is_refused_and_its_fault_named(
    headers: Mapping[str, object], fault: str
) -> None:
    with pytest.raises(PermanentError) as refusal:
        wire.decode(Message(b"", "", {**REQUIRED, **headers}))
    assert refusal.value.rejection is Rejection.MALFORMED
    assert refusal.value.detail.startswith(fault)
    assert len(refusal.value.detail) < 250
    assert refusal.value.detail.isprintable()


@pytest.mark.parametrize("name", ["content-type", "ce-datacontenttype"])
@pytest.mark.parametrize(
    "value", [1.5, [], b"\xff", "a\0b", 1 << 20_000], ids=["float", "list", "bytes", "nul", "huge"]
)
def test_a_header_that_says_no_content_type_is_refused(name: str, value: object) -> None:
    with pytest.raises(PermanentError) as refusal:
        wire.decode(Message(b"{}", "", {**REQUIRED, name: value}))
    assert refusal.value.rejection is Rejection.MALFORMED
    assert "contenttype" in refusal.value.detail.replace("-", "")
    assert refusal.value.detail.isprintable()


@pytest.mark.parametrize(
    ("body", "content_type", "data"),
    [
        (b'{"a": 1}', "", {"a": 1}),
        (b'{"a": 1}', "application/json", {"a": 1}),
        (b'{"a": 1}', "Application/JSON; charset=utf-8", {"a": 1}),
        (b'"text"', "text/json", "text"),
        (b"[1]", "application/vnd.acme.v1+json", [1]),
        (b'{"a": 1}', "text/plain", '{"a": 1}'),
        (b"a=1", "application/x-www-form-urlencoded", "a=1"),
        ("\N{SNOWMAN}".encode(), "application/jsonl", "\N{SNOWMAN}"),
        (b"", "application/json", None),
        (b"", "text/plain", None),
    ],
)
def test_the_body_is_read_as_its_content_type_says(
    body: bytes, content_type: str, data: object
) -> None:
    assert wire.decode(sent(body, content_type)).data == data


@pytest.mark.parametrize(
    ("content_type", "headers", "data"),
    [
        ("application/json", {"content-type": "text/a", "datacontenttype": "text/b"}, 1),
        ("", {"CONTENT-TYPE": b"application/json", "ce-datacontenttype": "text/b"}, 1),
        ("text/plain", {"content-type": "application/json"}, "1"),
        ("", {"datacontenttype": "text/b"}, "1"),
        ("", {"cloudEvents:datacontenttype": "text/b"}, "1"),
        ("", {"content-type": "", "ce-datacontenttype": ""}, 1),
    ],
)
def test_the_transport_says_the_content_type_before_the_headers(
    content_type: str, headers: Mapping[str, object], data: object
) -> None:
    event = wire.decode(Message(b"1", content_type, {**REQUIRED, **headers}))
    assert event.data == data
    assert event.extensions == {}


@pytest.mark.parametrize(
    ("body", "content_type", "fault"),
    [
        (b"{", "", "body: Expecting property name"),
        (b"\xff", "application/json", "body: no UTF-8 at byte 0: must be JSON in UTF-8"),
        (b"\xff", "image/png", "body: no UTF-8 at byte 0: data must be JSON, or text in UTF-8"),
        (b"NaN", "application/json", "body: 'NaN'"),
    ],
)
def test_a_body_that_is_not_what_it_is_said_to_be_is_refused(
    body: bytes, content_type: str, fault: str
) -> None:
    with pytest.raises(PermanentError) as refusal:
        wire.decode(sent(body, content_type))
    assert refusal.value.rejection is Rejection.MALFORMED
    assert refusal.value.detail.startswith(fault)


def test_without_an_id_of_its_own_an_event_has_that_of_its_message() -> None:
    message = Message(b"{}", "", {**REQUIRED, "id": ""}, message_id="message-1")
    assert (wire.decode(message).id, wire.decode(message).named) == ("message-1", False)


def test_equal_data_beside_other_attributes_makes_another_id() -> None:
    plain = wire.decode(sent()).id
    ids = {
        wire.decode(sent(type="u")).id,
        wire.decode(sent(source="u")).id,
        wire.decode(sent(subject="u")).id,
        wire.decode(sent(time="2026-01-02T03:04:05Z")).id,
    }
    assert len(ids | {plain}) == 5
    assert wire.decode(sent(traceparent=TRACE, attempt=2)).id == plain
    assert wire.decode(sent(b"[]")).id != plain
    assert wire.decode(sent(b"12", type="t")).id != wire.decode(sent(b"2", type="t1")).id


def test_a_message_without_a_time_in_its_headers_has_the_time_it_was_sent() -> None:
    assert wire.decode(Message(b"", "", REQUIRED, timestamp=5)).time == 5
