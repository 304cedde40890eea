"""Whether the body of a message is an event, or the data of one whose attributes stand beside."""

import json
from collections.abc import Mapping

import pytest

from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.rejection import Rejection
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message

INNER = {"type": "inner", "source": "inside", "data": {"a": 1}}
BODY = json.dumps(INNER).encode()
OUTER = {"type": "outer", "source": "outside"}


@pytest.mark.parametrize(
    "content_type",
    [
        wire.STRUCTURED,
        "Application/CloudEvents+JSON",
        "application/cloudevents+json; charset=utf-8",
        " application/cloudevents+json ;x",
    ],
)
@pytest.mark.parametrize("transport", [True, False], ids=["property", "header"])
def test_a_structured_content_type_makes_the_body_the_event(
    content_type: str, *, transport: bool
) -> None:
    headers: dict[str, object] = {**OUTER, "specversion": "1.0", "ce-type": "x", "ce-no_name": 1.5}
    if transport:
        message = Message(BODY, content_type, headers)
    else:
        message = Message(BODY, "", {**headers, "Content-Type": content_type})
    event = wire.decode(message)
    assert (event.type, event.source, event.data) == ("inner", "inside", {"a": 1})
    assert event.extensions == {}


@pytest.mark.parametrize("content_type", ["", "application/json", "application/x+json;a=b"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"id": "1", "source": "outside", "x-death": [], "retries": 1.5, "content-type": None},
        {"ce-id": "1", "ce-source": "outside", "ce-no_name": "x"},
        {"specversion": None, "ce-type": None},
    ],
    ids=str,
)
def test_without_a_mark_in_the_headers_the_body_is_the_event(
    content_type: str, headers: Mapping[str, object]
) -> None:
    event = wire.decode(Message(BODY, content_type, headers))
    assert (event.type, event.source, event.data) == ("inner", "inside", {"a": 1})
    assert not event.named


@pytest.mark.parametrize(
    "mark",
    [
        {"specversion": "1.0"},
        {"SpecVersion": "1.0"},
        {"ce-specversion": "1.0"},
        {"ce-type": "outer"},
        {"CE_Type": "outer"},
        {"cloudEvents:type": "outer"},
        {"cloudEvents_type": "outer"},
    ],
    ids=str,
)
def test_a_mark_in_the_headers_makes_the_body_data_even_if_it_is_an_event(
    mark: Mapping[str, object],
) -> None:
    event = wire.decode(Message(BODY, "application/json", {**OUTER, **mark}))
    assert (event.type, event.source, event.data) == ("outer", "outside", INNER)


@pytest.mark.parametrize("content_type", ["", "application/json"])
def test_a_bare_type_alone_only_routes_an_event_that_is_whole(content_type: str) -> None:
    headers = {**OUTER, "priority": 1.5, "data": "x"}
    event = wire.decode(Message(BODY, content_type, headers))
    assert (event.type, event.source, event.data) == ("inner", "inside", {"a": 1})
    assert event.extensions == {}


def test_an_event_that_a_bare_type_routes_may_hold_its_data_as_base64() -> None:
    body = json.dumps({"type": "inner", "source": "inside", "data_base64": "e30="}).encode()
    event = wire.decode(Message(body, "", OUTER))
    assert (event.type, event.data) == ("inner", {})


@pytest.mark.parametrize(
    "data",
    [
        {"third_party_id": "acme", "type": "inner"},
        {"type": "inner", "source": "inside"},
        {"type": "inner", "data": {}},
        {"source": "inside", "data": {}},
        ["type", "source", "data"],
        None,
    ],
    ids=str,
)
def test_a_bare_type_makes_data_of_a_body_that_is_no_event(data: object) -> None:
    event = wire.decode(Message(json.dumps(data).encode(), "application/json", OUTER))
    assert (event.type, event.source, event.data) == ("outer", "outside", data)


def test_a_bare_type_makes_an_event_of_an_empty_body() -> None:
    event = wire.decode(Message(b"", "", OUTER))
    assert (event.type, event.data) == ("outer", None)


def test_a_bare_type_makes_text_of_a_body_that_is_said_to_be_text() -> None:
    assert wire.decode(Message(BODY, "text/plain", OUTER)).data == BODY.decode()
    headers = {**OUTER, "datacontenttype": "text/plain"}
    assert wire.decode(Message(BODY, "", headers)).data == BODY.decode()


@pytest.mark.parametrize(
    ("content_type", "fault"),
    [
        ("application/cloudevents", "content type: 'application/cloudevents': must be application"),
        ("application/cloudevents+xml", "content type: 'application/cloudevents+xml'"),
        ("application/CloudEvents-Batch+JSON", "content type: 'application/cloudevents-batch+json"),
        ("text/plain", "content type: 'text/plain': must be application/cloudevents+json, or head"),
        ("image/png; a=b", "content type: 'image/png'"),
        ("\n\0json", "content type: '\\x00json'"),
        ("x" * 5000, "content type: 'xxx"),
    ],
)
def test_a_content_type_that_can_be_no_event_is_refused(content_type: str, fault: str) -> None:
    with pytest.raises(PermanentError) as refusal:
        wire.decode(Message(BODY, content_type))
    assert refusal.value.rejection is Rejection.MALFORMED
    assert refusal.value.detail.startswith(fault)
    assert len(refusal.value.detail) < 250
    assert refusal.value.detail.isprintable()


def test_a_body_larger_than_any_event_is_refused_in_every_mode() -> None:
    body = b" " * (wire.LARGEST + 1)
    with pytest.raises(PermanentError, match=f"body: {wire.LARGEST + 1} bytes: must be at most"):
        wire.decode(Message(body, "text/plain", {**OUTER, "specversion": "1.0"}))


def test_an_event_may_be_as_large_as_the_largest() -> None:
    body = BODY + b" " * (wire.LARGEST - len(BODY))
    assert wire.decode(Message(body)).data == {"a": 1}
