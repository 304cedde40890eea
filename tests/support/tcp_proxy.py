"""A TCP proxy that fails on demand: it cuts connections, holds bytes back, or refuses callers."""

import asyncio
import random
import socket
import struct
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import attrs

_HOST = "127.0.0.1"
_PIECE = 1 << 16
_RESET = struct.pack("ii", 1, 0)  # closing sends RST, and what was not sent yet is dropped
# Kernels take ports for outgoing connections from above these. A caller of a port nobody listens
# at could otherwise be given that very port, and be connected to itself.
_PORTS = iter(random.sample(range(15_000, 32_000), 17_000))


def free_port() -> int:
    """A port nobody listens at; never the same twice."""
    for port in _PORTS:
        with socket.socket() as listener, suppress(OSError):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((_HOST, port))
            return port
    raise RuntimeError("all ports have been used up")


@attrs.define(eq=False)
class _Pair:
    """A client's connection, and the one to the target that was made for it."""

    client_reader: asyncio.StreamReader
    client: asyncio.StreamWriter
    target_reader: asyncio.StreamReader
    target: asyncio.StreamWriter
    flowing: asyncio.Event
    halved: bool = False

    async def carry(self) -> None:
        """Carry bytes both ways until one side ends, and end the other in the same way."""
        there = asyncio.create_task(self._pump(self.client_reader, self.target))
        back = asyncio.create_task(self._pump(self.target_reader, self.client))
        try:
            done, _ = await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
            if self.halved:
                done, _ = await asyncio.wait({there})
            if not any(pump.exception() for pump in done):
                await self._close()
        finally:
            there.cancel()
            back.cancel()
            self.reset()
            await asyncio.gather(there, back, return_exceptions=True)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(_PIECE):
            await self.flowing.wait()
            if not self.halved:
                writer.write(piece)
                await writer.drain()
        await self.flowing.wait()

    async def _close(self) -> None:
        for writer in (self.client, self.target):
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    def halve(self) -> None:
        self.halved = True
        self.target.write_eof()

    def reset(self) -> None:
        for writer in (self.client, self.target):
            reset(writer)


@attrs.define(eq=False)
class TcpProxy:
    """Listens at *port* while it is entered, and connects each caller to the target."""

    target_host: str
    target_port: int
    port: int = attrs.field(factory=free_port, init=False)
    _pairs: set[_Pair] = attrs.field(factory=set, init=False)
    _tasks: "set[asyncio.Task[None]]" = attrs.field(factory=set, init=False)
    _flowing: asyncio.Event = attrs.field(factory=asyncio.Event, init=False)
    _server: asyncio.Server | None = attrs.field(default=None, init=False)

    async def __aenter__(self) -> Self:
        self.resume()
        await self.accept()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.refuse()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def connections(self) -> int:
        """How many clients are connected to the target, or were when they were halved."""
        return len(self._pairs)

    def url(self, url: str) -> str:
        """*url*, with this proxy in place of its host and port."""
        parts = urlsplit(url)
        credentials, at, _ = parts.netloc.rpartition("@")
        return parts._replace(netloc=f"{credentials}{at}{_HOST}:{self.port}").geturl()

    def cut(self) -> None:
        """Reset all connections; both ends hear of it at once."""
        for pair in self._pairs:
            pair.reset()

    def stall(self) -> None:
        """Hold all bytes back, both ways; connections stay open, and new ones are taken."""
        self._flowing.clear()

    def resume(self) -> None:
        """Let go what `stall` holds back."""
        self._flowing.set()

    def halve(self) -> None:
        """Leave all connections half-open: ended for the target, open and silent for the client.

        What the client still sends is lost.
        """
        for pair in self._pairs:
            pair.halve()

    def refuse(self) -> None:
        """Refuse new connections; those that are there go on."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def accept(self) -> None:
        """Take new connections again."""
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, _HOST, self.port)

    def _serve(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._connect(reader, client))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        try:
            ends = await asyncio.open_connection(self.target_host, self.target_port)
        except OSError:
            reset(client)
            return
        except asyncio.CancelledError:
            reset(client)
            raise
        pair = _Pair(reader, client, *ends, self._flowing)
        self._pairs.add(pair)
        try:
            await pair.carry()
        finally:
            self._pairs.discard(pair)


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection at once; the other end sees a reset."""
    if not writer.is_closing():
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
