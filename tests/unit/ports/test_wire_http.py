"""HTTP requests as messages."""

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.domain.errors import PermanentError
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.wire_http import from_http

REQUIRED = {"Ce-Specversion": "1.0", "Ce-Type": "t", "Ce-Source": "s", "Ce-Id": "1"}


@pytest.mark.parametrize("form", [dict, lambda pairs: list(dict(pairs).items())])
def test_only_the_headers_of_the_event_are_kept(form: "type[dict[str, str]]") -> None:
    headers = form(
        {
            **REQUIRED,
            "Content-Type": "application/json",
            "Host": "builder",
            "User-Agent": "curl",
            "type": "not this one",
            "subject": "nor this",
            "ce_subject": "nor this",
            "cloudEvents:subject": "nor this",
            "traced": "no",
        }
    )
    message = from_http(headers, b'{"a": 1}')
    kept = {"ce-specversion": "1.0", "ce-type": "t", "ce-source": "s", "ce-id": "1"}
    assert message == Message(b'{"a": 1}', "application/json", kept)
    event = wire.decode(message)
    assert (event.id, event.type, event.subject, event.data) == ("1", "t", None, {"a": 1})
    assert event.extensions == {}


@pytest.mark.parametrize(
    "content_type",
    [
        "application/cloudevents+json",
        "Application/CloudEvents+JSON; charset=utf-8",
        "application/cloudevents+xml",
        "application/cloudevents-batch+json",
    ],
)
def test_a_request_whose_body_is_the_event_keeps_no_headers(content_type: str) -> None:
    headers = {**REQUIRED, "content-type": content_type}
    assert from_http(headers, b"{}") == Message(b"{}", content_type)


def test_a_bare_event_in_a_request_is_read_as_it_stands() -> None:
    body = b'{"type": "t", "source": "s", "data": 1}'
    headers = {"type": "u", "specversion": "1.0", "Content-Type": "application/json"}
    assert wire.decode(from_http(headers, body)).type == "t"
    assert wire.decode(from_http({}, body)).data == 1


def test_of_several_headers_with_one_name_the_last_counts() -> None:
    pairs = [*REQUIRED.items(), ("ce-type", "u"), ("Content-Type", "a/b"), ("content-type", "c/d")]
    message = from_http(pairs, b"")
    assert (message.headers["ce-type"], message.content_type) == ("u", "c/d")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain/?&=+", "plain/?&=+"),
        ("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro \N{EURO SIGN} \N{GRINNING FACE}"),
        ("%e2%82%ac", "\N{EURO SIGN}"),
        ("%2525", "%25"),
        ("100%", "100%"),
        ("%zz%2", "%zz%2"),
        ('"a b"', "a b"),
        (r'"a \"b\" \\ \c"', r'a "b" \ c'),
        ('"%22a%22"', '"a"'),
        ("%22a%22", '"a"'),
        (' \t"a"\t ', "a"),
        ('""', ""),
        ('"', '"'),
        ('"a', '"a'),
        ("größer", "größer"),
        ("", ""),
    ],
)
def test_values_are_unquoted_and_then_percent_decoded_once(value: str, text: str) -> None:
    assert from_http({"ce-subject": value}, b"").headers == {"ce-subject": text}


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("a%ff", b"a\xff"),
        ("%C3", b"\xc3"),
        ("\udcff", b"\xed\xb3\xbf"),
        ("%ED%A0%80", b"\xed\xa0\x80"),
    ],
)
def test_a_value_that_is_no_utf_8_is_kept_and_refused(value: str, kept: bytes) -> None:
    message = from_http({**REQUIRED, "ce-subject": value}, b"")
    assert message.headers["ce-subject"] == kept
    with pytest.raises(PermanentError, match="'ce-subject': no UTF-8"):
        wire.decode(message)


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        ({"ce-subject": "a%0Ab"}, r"subject: 'a\\nb': must not hold control characters"),
        ({"ce-correlation-id": "x"}, "'ce-correlation-id': illegal name"),
        ({"ce-specversion": "0.3"}, "specversion: '0.3': must be 1.0"),
        (
            {"ce-time": "1767323045006"},
            "time: '1767323045006': must be an RFC 3339 time, not before 1970",
        ),
        ({"ce-type": ""}, "type: missing"),
    ],
)
def test_a_request_that_is_malformed_is_refused_and_its_fault_named(
    header: Mapping[str, str], fault: str
) -> None:
    headers = {name.lower(): value for name, value in REQUIRED.items()} | dict(header)
    with pytest.raises(PermanentError, match=fault):
        wire.decode(from_http(headers, b""))


@given(pairs=st.lists(st.tuples(st.text(), st.text(st.characters(codec=None)))), body=st.binary())
def test_whatever_is_asked_is_a_message(pairs: Iterable[tuple[str, str]], body: bytes) -> None:
    assert from_http(pairs, body).body == body
    for _, value in pairs:
        (kept,) = from_http([("Ce-Subject", value)], body).headers.values()
        assert isinstance(kept, str | bytes)


PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OTHER = "00-11111111111111111111111111111111-2222222222222222-01"
BINARY = {
    "ce-specversion": "1.0",
    "ce-id": "1",
    "ce-source": "a",
    "ce-type": "b",
    "Traceparent": PARENT,
    "Tracestate": "vendor=1",
}


def test_an_event_in_headers_continues_the_trace_of_its_request() -> None:
    event = wire.decode(from_http(BINARY, b"{}"))
    assert (event.traceparent, event.tracestate) == (PARENT, "vendor=1")


def test_a_trace_of_its_own_is_an_events_only_trace() -> None:
    event = wire.decode(from_http({**BINARY, "ce-traceparent": OTHER}, b"{}"))
    assert (event.traceparent, event.tracestate) == (OTHER, None)


def test_a_request_with_a_trace_and_no_event_in_its_headers_has_none_there() -> None:
    message = from_http({"Traceparent": PARENT, "Content-Type": "application/json"}, b"{}")
    assert message.headers == {}
