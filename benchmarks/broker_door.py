"""A door before a RabbitMQ that counts what goes through it, by the frames of the protocol."""

import asyncio
import struct
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Final
from urllib.parse import urlsplit

import attrs

_METHOD: Final = 1
_HEAD: Final = struct.Struct(">BHI")  # of a frame: type, channel, length
_NAMES: Final[Mapping[tuple[int, int], str]] = {
    (60, 40): "publish",
    (60, 60): "deliver",
    (60, 70): "get",
    (60, 80): "ack",
    (60, 90): "reject",
    (60, 120): "nack",
}
_GREETING: Final = 8  # bytes that a client sends before its first frame


@attrs.define(eq=False)
class BrokerDoor:
    """Passes all on.

    Attributes:
        url: As the broker's, but through this door.
        calls: What clients did, and what was delivered to them; may be cleared. A confirmation
            is none, since it comes with what it confirms.
    """

    url: str
    calls: Counter[str] = attrs.field(factory=Counter)

    async def pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, of_client: bool
    ) -> None:
        """Pass on what *reader* has, until it ends."""
        with suppress(OSError, asyncio.IncompleteReadError):
            if of_client:
                writer.write(await reader.readexactly(_GREETING))
            while True:
                head = await reader.readexactly(_HEAD.size)
                kind, _, length = _HEAD.unpack(head)
                rest = await reader.readexactly(length + 1)
                if kind == _METHOD:
                    self._count(struct.unpack_from(">HH", rest), of_client=of_client)
                writer.write(head + rest)
                await writer.drain()
        writer.close()

    def _count(self, method: tuple[int, int], *, of_client: bool) -> None:
        name = _NAMES.get(method)
        if name is not None and of_client is (name != "deliver"):
            self.calls[name] += 1


@asynccontextmanager
async def broker_door(url: str) -> AsyncIterator[BrokerDoor]:
    """One before the broker of *url*."""
    target = urlsplit(url)
    carrying: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(target.hostname, target.port)
        for way in (
            door.pass_on(reader, there[1], of_client=True),
            door.pass_on(there[0], writer, of_client=False),
        ):
            task = asyncio.create_task(way)
            carrying.add(task)
            task.add_done_callback(carrying.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    door = BrokerDoor(target._replace(netloc=f"guest:guest@127.0.0.1:{port}").geturl())
    try:
        yield door
    finally:
        server.close()
        for task in list(carrying):
            task.cancel()
        await asyncio.gather(*carrying, return_exceptions=True)
