"""Messages that the client would never send: their properties are bytes, as on the wire."""

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiormq.abc import ChannelFrame, FrameType
from aiormq.channel import Channel
from pamqp import commands, encode
from pamqp.header import ContentHeader
from support.amqp import Client

_RAW = ("table", "shortstr", "timestamp")


class Raw(bytes):
    """What is sent as it is, where the client would encode a value."""


def table(*entries: bytes) -> Raw:
    """A table of such entries."""
    return Raw(_sized(b"".join(entries)))


def entry(name: bytes, kind: bytes, value: bytes) -> bytes:
    """A name, the letter of a type, and a value of that type."""
    return bytes([len(name)]) + name + kind + value


def text(value: bytes) -> bytes:
    """A long string, or bytes."""
    return _sized(value)


def short(value: bytes) -> Raw:
    """A short string."""
    return Raw(bytes([len(value)]) + value)


def nested(levels: int, kind: bytes) -> bytes:
    """The value of an array (`A`) or a table (`F`) with so many more of them inside."""
    value = _sized(b"")
    for _ in range(levels):
        value = _sized((kind if kind == b"A" else b"\x01n" + kind) + value)
    return value


def _sized(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


async def send(client: Client, body: bytes, **properties: Any) -> None:
    """Send to our queue; each property is a value or `Raw`. The client adds no id of its own."""
    channel = await client.channel()
    raw = await channel.get_underlay_channel()
    assert isinstance(raw, Channel)
    with _encoding():
        sent = _Unchecked(delivery_mode=2, **properties)
        frames: list[FrameType] = [
            commands.Basic.Publish(routing_key=client.topology.queue),
            ContentHeader(body_size=len(body), properties=sent),
            *raw._split_body(body),
        ]
        await raw.write_queue.put(ChannelFrame.marshall(raw.number, frames))
    await channel.close()


@contextmanager
def _encoding() -> Iterator[None]:
    kept = {name: encode.METHODS[name] for name in _RAW}
    encode.METHODS.update({name: _or_raw(kept[name]) for name in _RAW})
    try:
        yield
    finally:
        encode.METHODS.update(kept)


def _or_raw(encoded: Callable[..., bytes]) -> Callable[..., bytes]:
    return lambda value: bytes(value) if isinstance(value, Raw) else encoded(value)


class _Unchecked(commands.Basic.Properties):
    def validate(self) -> None:
        """Anything goes."""
