"""HTTP by the byte, for what a well-behaved client cannot send."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from support.functions import Answer

_PATIENCE_SECONDS = 15.0


class RawConnection:
    """Sends bytes as they are and reads answers; each wait has a limit."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def send_eof(self) -> None:
        self._writer.write_eof()

    async def read_head(self) -> tuple[int, dict[str, str]]:
        """Status and headers, their names in lower case."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status_line, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
        pairs = (line.split(":", 1) for line in lines)
        return int(status_line.split(" ")[1]), {
            name.lower(): value.strip() for name, value in pairs
        }

    async def read_answer(self) -> Answer:
        status, headers = await self.read_head()
        async with asyncio.timeout(_PATIENCE_SECONDS):
            body = await self._reader.readexactly(int(headers.get("content-length", "0")))
        return Answer(status, headers, body)

    async def read_to_end(self) -> bytes:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await self._reader.read()


@asynccontextmanager
async def raw_connection(port: int) -> AsyncIterator[RawConnection]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield RawConnection(reader, writer)
    finally:
        await abandon(writer)


async def abandon(writer: asyncio.StreamWriter) -> None:
    """Ends the connection without waiting for the other side."""
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()


def raw_post(body: bytes = b"", *headers: str, framed: bool = True) -> bytes:
    """A POST of plain JSON to /; `framed` adds the Content-Length."""
    lines = ["POST / HTTP/1.1", "Host: function", "Content-Type: application/json", *headers]
    if framed:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
