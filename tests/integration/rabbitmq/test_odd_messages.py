"""Whatever the broker takes can be settled: it is tried again and given up as it came."""

import struct
import time
from typing import Any, Final

import pytest
from contracts.deliveries import following
from support import raw_amqp
from support.amqp import Client
from support.queue_workers import taking
from support.raw_amqp import Raw, entry, nested, short, table

from knative_lambda.adapters.rabbitmq.dead_letters import DeadLetters
from knative_lambda.adapters.rabbitmq.event_source import RabbitMQEventSource
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.tolerance import UNREADABLE
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import DeadLetter, Retry
from knative_lambda.ports import wire
from knative_lambda.ports.letters import Letter

AGAIN: Final = Retry(0.25, "away")
NO: Final = DeadLetter(Rejection.MALFORMED, "no")
NEVER: Final = struct.pack(">Q", 2**63 - 1)  # seconds since 1970
NOT_UTF_8: Final = b"\xff\xfe"
EVERY_TYPE: Final = table(
    entry(b"truth", b"t", b"\x01"),
    entry(b"int8", b"b", b"\x80"),
    entry(b"uint8", b"B", b"\xff"),
    entry(b"int16", b"s", b"\x80\x00"),
    entry(b"uint16", b"u", b"\xff\xff"),
    entry(b"int32", b"I", b"\x80\x00\x00\x00"),
    entry(b"uint32", b"i", b"\xff\xff\xff\xff"),
    entry(b"int64", b"l", b"\x80" + bytes(7)),
    entry(b"float", b"f", struct.pack(">f", 1.5)),
    entry(b"double", b"d", struct.pack(">d", 1.5)),
    entry(b"decimal", b"D", b"\x02\x00\x00\x00\x7b"),
    entry(b"text", b"S", raw_amqp.text("größer".encode())),
    entry(b"bytes", b"x", raw_amqp.text(NOT_UTF_8)),
    entry(b"array", b"A", raw_amqp.text(b"t\x01" + b"V")),
    entry(b"table", b"F", table(entry(b"n", b"t", b"\x00"))),
    entry(b"instant", b"T", struct.pack(">Q", 1_800_000_000)),
    entry(b"nothing", b"V", b""),
)


def _levels(count: int, innermost: object) -> object:
    value = innermost
    for _ in range(count):
        value = [value]
    return value


SENT_IN_1960: Final = entry(b"x-lambda-sent", b"S", raw_amqp.text(b"1960-01-01T00:00:00Z"))
WHOLE: Final[dict[str, dict[str, Any]]] = {
    "nothing": {},
    "every type": {"headers": EVERY_TYPE},
    "text of any bytes": {"headers": table(entry(b"a", b"S", raw_amqp.text(NOT_UTF_8)))},
    "a name of any bytes": {"headers": table(entry(NOT_UTF_8, b"t", b"\x01"))},
    "one inside": {"headers": table(entry(b"a", b"F", table(entry(NOT_UTF_8, b"t", b"\x01"))))},
    "an instant that never comes": {"headers": table(entry(b"a", b"T", NEVER))},
    "tables to the bottom": {"headers": table(entry(b"a", b"F", nested(2000, b"F")))},
    "sent when it never comes": {"timestamp": Raw(NEVER)},
    "an id of any bytes": {"message_id": short(NOT_UTF_8 * 127)},
    "a content type of any bytes": {"content_type": short(NOT_UTF_8)},
    "sent, by a header of ours, before AMQP can tell": {"headers": table(SENT_IN_1960)},
    "a part of a second": {"timestamp": Raw(struct.pack(">Q", 1_800_000_000_123))},
}
CHANGED: Final[dict[str, tuple[bytes, dict[str, object]]]] = {
    "a double that is no float": (entry(b"a", b"d", struct.pack(">d", 0.1)), {"a": "0.1"}),
    "levels": (entry(b"a", b"A", nested(60, b"A")), {"a": _levels(50, "nested too deeply")}),
    "a long name": (entry(b"a" * 200, b"t", b"\x01"), {"a" * 128: True}),
}


async def tried_and_given_up(client: Client, link: Link, count: int) -> dict[bytes, list[Any]]:
    """By its body, each message as it came first, and again; and its letter."""
    source = RabbitMQEventSource(link, count, time.time_ns)
    found: dict[bytes, list[Any]] = {}
    async with taking(source) as deliveries:
        for _ in range(count):
            delivery = await following(deliveries)
            found[delivery.message.body] = [delivery.message]
            await source.settle(delivery, AGAIN)
        for _ in range(count):
            delivery = await following(deliveries)
            assert delivery.attempts == 1
            found[delivery.message.body].append(delivery.message)
            await source.settle(delivery, NO)
    for letter in await letters(link):
        found[letter.message.body].append(letter)
    assert await client.depth(link.topology.queue) == 0
    return found


async def letters(link: Link) -> list[Letter]:
    async with DeadLetters(link, link.topology.dead_letters).look() as look:
        return [found.letter async for found in look.letters()]


async def test_what_can_be_kept_is_kept_through_a_retry_and_as_a_dead_letter(
    client: Client, link: Link
) -> None:
    for name, properties in WHOLE.items():
        await raw_amqp.send(client, name.encode(), **properties)
    found = await tried_and_given_up(client, link, len(WHOLE))
    assert found.keys() == {name.encode() for name in WHOLE}
    for first, again, letter in found.values():
        assert first == again == letter.message


async def test_what_the_client_cannot_send_is_kept_as_near_as_it_can(
    client: Client, link: Link
) -> None:
    for name, (header, _) in CHANGED.items():
        await raw_amqp.send(client, name.encode(), headers=table(header))
    found = await tried_and_given_up(client, link, len(CHANGED))
    for name, (_, near) in CHANGED.items():
        _, again, letter = found[name.encode()]
        assert again.headers == letter.message.headers == near


async def test_headers_that_cannot_be_read_are_kept_in_one(client: Client, link: Link) -> None:
    unreadable = entry(NOT_UTF_8, b"t", b"\x01")
    await raw_amqp.send(client, b"{}", headers=table(unreadable))
    ((*_, letter),) = (await tried_and_given_up(client, link, 1)).values()
    assert letter.message.headers == {UNREADABLE: unreadable}


async def test_an_event_whose_id_is_made_of_its_body_keeps_it(client: Client, link: Link) -> None:
    body = b'{"type":"t","source":"s"}'
    await raw_amqp.send(client, body, content_type="application/json")
    first, again, letter = (await tried_and_given_up(client, link, 1))[body]
    assert first == again == letter.message
    assert first.message_id is None
    assert wire.decode(first).id.startswith("body-")


async def test_what_else_a_producer_has_said_is_kept(client: Client, link: Link) -> None:
    said = {"content_encoding": "identity", "correlation_id": "c-1", "app_id": "shop"}
    await raw_amqp.send(client, b"{}", **said, reply_to="them", message_type="order")
    ((*_, letter),) = (await tried_and_given_up(client, link, 1)).values()
    assert letter.properties == {**said, "reply_to": "them", "type": "order"}


async def test_headers_without_room_for_ours_lose_their_largest(client: Client, link: Link) -> None:
    headers = table(
        entry(b"huge", b"S", raw_amqp.text(b"x" * 110_000)),
        entry(b"type", b"S", raw_amqp.text(b"network.notifi.lambda.build.start")),
    )
    await raw_amqp.send(client, b"{}", headers=headers)
    first, again, letter = (await tried_and_given_up(client, link, 1))[b"{}"]
    assert len(first.headers["huge"]) == 110_000
    left = {"type": "network.notifi.lambda.build.start"}
    assert again.headers == letter.message.headers == left


@pytest.mark.parametrize("size", [0, 1, wire.LARGEST + 1])
async def test_a_body_of_any_size_comes_through(client: Client, link: Link, size: int) -> None:
    body = bytes(size)
    await raw_amqp.send(client, body)
    assert (await tried_and_given_up(client, link, 1)).keys() == {body}
