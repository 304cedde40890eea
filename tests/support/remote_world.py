"""A world in the tests' own process that replicas reach over a socket, so that it outlives them."""

import asyncio
import pickle
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import attrs

from knative_lambda.domain.errors import BuilderError, ConflictError, TransientError

_LENGTH = 4  # bytes that say how long a message is
_ERRORS: dict[str, type[BuilderError]] = {
    error.__name__: error for error in (ConflictError, TransientError)
}


async def _send(writer: asyncio.StreamWriter, message: object) -> None:
    data = pickle.dumps(message)
    writer.write(len(data).to_bytes(_LENGTH, "big") + data)
    await writer.drain()


async def _receive(reader: asyncio.StreamReader) -> Any:
    length = int.from_bytes(await reader.readexactly(_LENGTH), "big")
    return pickle.loads(await reader.readexactly(length))  # noqa: S301 - our own child wrote it


async def _nothing(_replica: str, _call: str) -> None:
    return


@attrs.define(eq=False)
class WorldServer:
    """Does the calls of replicas on *ports*, by `port.method`.

    Attributes:
        done: Awaited after each call, before its answer is sent: with the replica and the call.
    """

    ports: dict[str, Any]
    done: Callable[[str, str], Awaitable[None]] = _nothing
    port: int = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["WorldServer"]:
        """Answer until the context ends."""
        handlers: set[asyncio.Task[None]] = set()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            handlers.add(task)
            try:
                await self._serve(reader, writer)
            except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                pass  # the replica was killed, or the world ends
            finally:
                handlers.discard(task)
                writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in handlers:
                task.cancel()
            await asyncio.gather(*handlers, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        replica = await _receive(reader)
        while True:
            number, port, method, arguments, keywords = await _receive(reader)
            try:
                answer = await getattr(self.ports[port], method)(*arguments, **keywords)
                error = None
            except (ConflictError, TransientError) as raised:
                answer, error = str(raised), type(raised).__name__
            await self.done(replica, f"{port}.{method}")
            await _send(writer, (number, error, answer))


@attrs.define(eq=False)
class WorldClient:
    """A replica's end of the socket."""

    name: str
    address: int
    _writer: asyncio.StreamWriter | None = None
    _waiting: dict[int, "asyncio.Future[Any]"] = attrs.field(factory=dict)
    _numbers: int = 0
    _reading: "asyncio.Task[None] | None" = None
    _opening: asyncio.Lock = attrs.field(factory=asyncio.Lock)

    async def call(self, port: str, method: str, *arguments: Any, **keywords: Any) -> Any:
        """Have it done in the world."""
        async with self._opening:
            if self._writer is None:
                reader, self._writer = await asyncio.open_connection("127.0.0.1", self.address)
                await _send(self._writer, self.name)
                self._reading = asyncio.create_task(self._read(reader))
            self._numbers += 1
            number = self._numbers
            self._waiting[number] = asyncio.get_running_loop().create_future()
            await _send(self._writer, (number, port, method, arguments, keywords))
        error, answer = await self._waiting[number]
        if error is not None:
            raise _ERRORS[error](answer)
        return answer

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            number, error, answer = await _receive(reader)
            self._waiting.pop(number).set_result((error, answer))


@attrs.frozen
class RemotePort:
    """A port of the world, called by its methods' names."""

    client: WorldClient
    name: str

    async def sift(self, keep: Callable[[Any], Any]) -> list[Any]:
        """What *keep*, which cannot be sent, makes of each."""
        return [keep(each) for each in await self.list()]

    def __getattr__(self, method: str) -> Callable[..., Awaitable[Any]]:
        async def call(*arguments: Any, **keywords: Any) -> Any:
            return await self.client.call(self.name, method, *map(_whole, arguments), **keywords)

        return call


def _whole(argument: Any) -> Any:
    """What can be pickled: an iterator of pieces becomes their list."""
    plain = isinstance(argument, str | bytes) or not isinstance(argument, Iterable)
    return argument if plain or attrs.has(type(argument)) else list(argument)
