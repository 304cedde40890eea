"""Server-sent events, as a browser reads them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import attrs
from contracts.contract import DEADLINE

ACCEPTED = {"Accept": "text/event-stream"}


@attrs.frozen
class Told:
    """An event."""

    kind: str
    data: str

    @property
    def document(self) -> dict[str, Any]:
        """Its data, if that is JSON."""
        return dict(json.loads(self.data))


@attrs.frozen
class EventStream:
    """What one browser is told."""

    response: aiohttp.ClientResponse

    async def until(self, kind: str, words: str = "") -> Told:
        """The next event of *kind* that holds these *words*."""
        async with asyncio.timeout(DEADLINE):
            while True:
                told = await self._next()
                if told.kind == kind and words in told.data:
                    return told

    async def _next(self) -> Told:
        fields: list[tuple[str, str]] = []
        while line := (await self.response.content.readuntil(b"\n")).decode().removesuffix("\n"):
            name, _, value = line.partition(": ")
            fields.append((name, value))
        data = "\n".join(value for name, value in fields if name == "data")
        return Told(next((v for n, v in fields if n == "event"), ""), data)


@asynccontextmanager
async def event_stream(client: aiohttp.ClientSession, path: str) -> AsyncIterator[EventStream]:
    """Watch the page at *path* while this is open."""
    async with client.get(path, headers=ACCEPTED, read_bufsize=1 << 22) as response:
        assert response.status == 200, await response.text()
        assert response.content_type == "text/event-stream"
        yield EventStream(response)
