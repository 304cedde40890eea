"""A TCP proxy whose connections break off after so many bytes."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

from support.tcp_proxy import reset

_PIECE = 1 << 16


@asynccontextmanager
async def breaking_proxy(port: int, *limits: int) -> AsyncIterator[tuple[int, list[int]]]:
    """A port that leads to *port*, and what has broken off so far.

    Each of *limits* is for what callers send in all since the last break; then there are no more.
    """
    tasks: set[asyncio.Task[None]] = set()
    broken: list[int] = []
    breaks = _Breaks(iter(limits), broken)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection("127.0.0.1", port)
        ways = [
            asyncio.create_task(_carry(reader, there[1], breaks)),
            asyncio.create_task(_carry(there[0], writer, None)),
        ]
        tasks.update(ways)
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
            tasks.discard(way)
        for end in (writer, there[1]):
            reset(end)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], broken
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Breaks:
    """Counts what is carried, and says when it is enough."""

    def __init__(self, limits: Iterator[int], broken: list[int]) -> None:
        self._limits = limits
        self._broken = broken
        self._limit = next(limits, None)
        self._carried = 0

    def after(self, size: int) -> bool:
        self._carried += size
        if self._limit is None or self._carried < self._limit:
            return False
        self._broken.append(self._carried)
        self._limit, self._carried = next(self._limits, None), 0
        return True


async def _carry(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, breaks: _Breaks | None
) -> None:
    with suppress(OSError):
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
            if breaks is not None and breaks.after(len(piece)):
                return
