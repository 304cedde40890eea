"""Batches, taken apart."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.strategies import json_values

from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.rejection import Rejection
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.wire_batch import BATCH, MOST, is_batch, split_batch


@pytest.mark.parametrize("content_type", [BATCH, "Application/CloudEvents-Batch+JSON; a=b"])
def test_a_batch_is_known_by_its_content_type(content_type: str) -> None:
    assert is_batch(content_type)


@pytest.mark.parametrize(
    "content_type", ["", wire.STRUCTURED, "application/json", "application/cloudevents-batch+xml"]
)
def test_nothing_else_is_a_batch(content_type: str) -> None:
    assert not is_batch(content_type)


def test_each_event_is_a_message_with_its_own_bytes() -> None:
    first = b'{"type": "a",  "source":"s", "id": "1"}'
    second = '{"type":"größer","source":"s","id":"2","data":[1,[2]]}'.encode()
    messages = split_batch(b" [\n" + first + b"\t,\r\n " + second + b" ]\n")
    assert messages == [Message(first, wire.STRUCTURED), Message(second, wire.STRUCTURED)]
    assert [wire.decode(message).type for message in messages] == ["a", "größer"]


@pytest.mark.parametrize("body", [b"[]", b" [ ] \n"])
def test_an_empty_batch_holds_no_events(body: bytes) -> None:
    assert split_batch(body) == []


@pytest.mark.parametrize(
    "element",
    [
        b"7",
        b"null",
        b"[]",
        b"{}",
        b'"text"',
        b'{"type": "t"}',
        b'{"type": "t", "source": "s", "data": NaN}',
        b'{"type": "t", "source": "s", "data": -Infinity}',
        b'{"type": "t", "source": "s", "data": 1e999}',
        b'{"type": "t", "source": "s", "data": "\\ud800"}',
        b'{"type": "t", "source": "s", "data": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda element: element[-20:].decode(),
)
def test_an_element_that_is_no_event_spoils_no_other(element: bytes) -> None:
    event = b'{"type": "t", "source": "s"}'
    before, wrong, after = split_batch(b"[" + b",".join([event, element, event]) + b"]")
    assert wrong.body == element
    with pytest.raises(PermanentError) as refusal:
        wire.decode(wrong)
    assert refusal.value.rejection is Rejection.MALFORMED
    assert wire.decode(before).type == wire.decode(after).type == "t"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", "batch: empty: must be a JSON array"),
        (b" ", "batch: no array"),
        (b"{}", "batch: no array: must be a JSON array"),
        (b"[", "batch: Expecting value"),
        (b"[1", "batch: Expecting ',' or ']' (line 1, column 3)"),
        (b"[1,]", "batch: Expecting value"),
        (b"[1 2]", "batch: Expecting ',' or ']'"),
        (b"[,]", "batch: Expecting value"),
        (b"[] []", "batch: Extra data"),
        (b"[1]]", "batch: Extra data"),
        (b'["\xff"]', "batch: no UTF-8 at byte 2"),
        (b"[" * 100_000, "batch: nested too deeply"),
        (b"[" + b"0," * MOST + b"0]", f"batch: more than {MOST} elements: must be sent in parts"),
        (b" " * (wire.LARGEST + 1), f"body: {wire.LARGEST + 1} bytes"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_what_is_no_batch_is_refused_and_its_fault_named(body: bytes, fault: str) -> None:
    with pytest.raises(PermanentError) as refusal:
        split_batch(body)
    assert refusal.value.rejection is Rejection.MALFORMED
    assert refusal.value.detail.startswith(fault)
    assert refusal.value.detail.isprintable()


def test_a_batch_may_hold_the_most() -> None:
    assert len(split_batch(b"[" + b"0," * (MOST - 1) + b"0]")) == MOST


@given(
    values=st.lists(json_values, max_size=5),
    indent=st.none() | st.integers(0, 3),
    ascii_only=st.booleans(),
)
def test_every_array_is_taken_apart(
    values: list[object], indent: int | None, *, ascii_only: bool
) -> None:
    body = json.dumps(values, indent=indent, ensure_ascii=ascii_only).encode()
    assert [json.loads(message.body) for message in split_batch(body)] == values


@given(body=st.binary() | st.text('[]{},"\\ 0a').map(str.encode))
def test_any_bytes_are_taken_apart_or_refused(body: bytes) -> None:
    try:
        messages = split_batch(body)
    except PermanentError as error:
        refusal = error
    else:
        assert [json.loads(message.body) for message in messages] == json.loads(body)
        return
    assert refusal.rejection is Rejection.MALFORMED
    assert 0 < len(refusal.detail) < 1000
    assert refusal.detail.isprintable()
