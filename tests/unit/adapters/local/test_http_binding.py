"""Events between the broker's form and HTTP."""

import json

import pytest

from knative_lambda.adapters.local.http_binding import attributes_of, from_response, to_binary
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message

ATTRIBUTES = {"specversion": "1.0", "id": "1", "source": "urn:s", "type": "t"}
CE = {f"ce-{name}": value for name, value in ATTRIBUTES.items()}


def structured(**more: object) -> Message:
    """A message as the broker has it: the event in the body, its attributes as headers."""
    event = {**ATTRIBUTES, **more}
    headers = {name: value for name, value in event.items() if not name.startswith("data_")}
    headers.pop("data", None)
    return Message(json.dumps(event).encode(), wire.STRUCTURED, headers, "1")


def test_attributes_are_the_bare_headers_that_are_text() -> None:
    message = Message(b"", headers={**ATTRIBUTES, "x-death": [], "number": 7, "ce-id": "2"})
    assert attributes_of(message) == ATTRIBUTES


@pytest.mark.parametrize(
    ("given", "content_type", "body"),
    [
        ({"data": {"größer": [1]}}, "application/json", '{"größer":[1]}'.encode()),
        ({"data": "text"}, "application/json", b'"text"'),
        ({"data": None}, "application/json", b"null"),
        ({"data": "☃", "datacontenttype": "text/plain"}, "text/plain", "☃".encode()),
        ({"data": "x", "datacontenttype": "a/b+json; c=d"}, "a/b+json; c=d", b'"x"'),
        ({"data_base64": "AAEC", "datacontenttype": "image/x"}, "image/x", b"\0\1\2"),
        ({"data_base64": "AAEC"}, None, b"\0\1\2"),
        ({}, None, b""),
    ],
)
def test_the_data_of_a_structured_event_is_the_body_of_a_request(
    given: dict[str, object], content_type: str | None, body: bytes
) -> None:
    event = to_binary(structured(**given))
    assert event.body == body
    assert event.headers.get("content-type") == content_type
    assert {name: event.headers[name] for name in event.headers if name != "content-type"} == CE


def test_a_message_that_is_no_structured_event_is_passed_on() -> None:
    event = to_binary(Message(b"\0", "image/x", dict(ATTRIBUTES)))
    assert (event.headers, event.body) == ({**CE, "content-type": "image/x"}, b"\0")


def test_attributes_are_percent_encoded_and_decoded_once() -> None:
    subject = 'größer "☃" 100% %20/?&='
    event = to_binary(structured(subject=subject))
    assert event.headers["ce-subject"] == "gr%C3%B6%C3%9Fer%20%22%E2%98%83%22%20100%25%20%2520/?&="
    message = from_response(event.headers, event.body)
    assert message is not None
    assert message.headers["subject"] == subject


@pytest.mark.parametrize(
    "given",
    [
        {"data": {"a": [1, None]}, "datacontenttype": "application/json"},
        {"data": "☃", "datacontenttype": "text/plain"},
        {"data_base64": "AAEC", "datacontenttype": "image/x"},
        {"subject": "s", "time": "2026-01-02T03:04:05Z"},
    ],
)
def test_what_is_sent_and_replied_is_the_same_event(given: dict[str, object]) -> None:
    event = to_binary(structured(**given))
    reply = from_response({name.title(): event.headers[name] for name in event.headers}, event.body)
    assert reply is not None
    assert json.loads(reply.body) == {**ATTRIBUTES, **given}
    assert reply.content_type == wire.STRUCTURED
    assert reply.message_id == "1"
    assert reply.headers["type"] == "t"
    assert wire.decode(reply).time == wire.decode(structured(**given)).time


def test_a_structured_reply_is_the_event_in_its_body() -> None:
    sent = structured(data=1)
    reply = from_response({"Content-Type": f"{wire.STRUCTURED}; charset=utf-8"}, sent.body)
    assert reply is not None
    assert json.loads(reply.body) == {**ATTRIBUTES, "data": 1}
    assert reply.headers == ATTRIBUTES


def test_a_response_without_event_is_none() -> None:
    assert from_response({"content-type": "application/json", "ce-id": "1"}, b"{}") is None


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"ce-specversion": "1.0", "ce-id": "1", "ce-source": "s"}, b""),
        ({**CE, "content-type": "application/json"}, b"{"),
        ({"content-type": wire.STRUCTURED}, b"[]"),
        ({"content-type": wire.STRUCTURED}, b"{"),
        ({"content-type": wire.STRUCTURED}, b'{"id": 1, "source": "s", "type": "t"}'),
    ],
)
def test_a_reply_that_should_be_an_event_and_is_none_is_refused(
    headers: dict[str, str], body: bytes
) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_response(headers, body)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"data_base64": "a"}', b'{"data_base64": 7}'])
def test_a_structured_message_that_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        to_binary(Message(body, wire.STRUCTURED, dict(ATTRIBUTES)))
