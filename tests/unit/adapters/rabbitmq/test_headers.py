"""Headers that came in can be sent again, and what cannot be read ends no connection."""

import struct
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from aio_pika import DeliveryMode
from aio_pika.message import Message
from pamqp import decode, encode

from knative_lambda.adapters.rabbitmq import tolerance
from knative_lambda.adapters.rabbitmq.headers import LARGEST, sendable

tolerance.install()


@pytest.mark.parametrize(
    "value",
    ["größer", "", True, 0, -(2**63), 1.5, None, Decimal("1.5"), datetime(2027, 1, 1, tzinfo=UTC)],
)
def test_what_the_client_can_send_it_sends(value: object) -> None:
    assert sendable({"a": value}, {}) == {"a": value}


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (0.1, "0.1"),
        (1e300, "1e+300"),
        (2**64, "18446744073709551616"),
        (Decimal("NaN"), "NaN"),
        ({1}, "{1}"),
        (b"\xff", bytearray(b"\xff")),
        ([b"\xff", {"n": [0.1]}], [bytearray(b"\xff"), {"n": ["0.1"]}]),
    ],
)
def test_what_it_cannot_goes_as_near_as_it_can(value: object, sent: object) -> None:
    headers = sendable({"a": value}, {})
    assert headers == {"a": sent}
    assert decode.field_table(encode.field_table(headers))[1] == {"a": sent}


def test_ours_always_have_room_and_of_theirs_the_largest_goes_first() -> None:
    theirs = {"small": "x", "large": "x" * 60_000, "larger": "x" * 70_000}
    assert sendable(theirs, {"ours": "y" * 20_000}).keys() == {"small", "large", "ours"}
    sent = sendable(theirs, {"ours": "y" * 90_000})
    assert sent.keys() == {"small", "ours"}
    assert len(encode.field_table(sent)) <= LARGEST


def test_theirs_cannot_stand_in_for_ours() -> None:
    assert sendable({"x-lambda-attempts": "7"}, {"x-lambda-attempts": "1"}) == {
        "x-lambda-attempts": "1"
    }


def test_a_short_string_of_any_bytes_can_be_sent_again() -> None:
    size, text = decode.by_type(bytes([200]) + b"\xff" * 200, "shortstr")
    assert size == 201
    assert text == ("\\xff" * 64)[:255]
    assert len(encode.short_string(str(text))) == 256


def test_an_instant_out_of_range_is_none() -> None:
    assert decode.by_type(struct.pack(">Q", 2**63 - 1), "timestamp") == (8, None)


@pytest.mark.parametrize("levels", [10, 2000])
def test_tables_of_any_depth_can_be_read(levels: int) -> None:
    value = struct.pack(">I", 0)
    for _ in range(levels):
        value = b"\x01nF" + value
        value = struct.pack(">I", len(value)) + value
    size, headers = decode.by_type(value, "table")
    assert size == len(value)
    assert isinstance(headers, dict)
    assert (tolerance.UNREADABLE in headers) == (levels == 2000)


def test_a_delivery_mode_that_there_is_none_of_counts_as_persistent() -> None:
    assert Message(b"", delivery_mode=7).delivery_mode is DeliveryMode.PERSISTENT
