"""A queue's events, handed to a service over HTTP, as a source of Knative's hands them on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aio_pika
import aiohttp
from aio_pika.abc import AbstractIncomingMessage

from benchmarks.feed import Feed

_AT_ONCE: Final = 32


@asynccontextmanager
async def bridge(fed: Feed, url: str) -> AsyncIterator[None]:
    """From the queue that was *fed* to *url*, until it is left."""
    async with (
        await aio_pika.connect(fed.url) as connection,
        aiohttp.ClientSession() as session,
    ):

        async def hand_on(incoming: AbstractIncomingMessage) -> None:
            headers = {"Content-Type": incoming.content_type or ""}
            async with session.post(url, data=incoming.body, headers=headers) as response:
                response.raise_for_status()
            await incoming.ack()

        channel = await connection.channel(publisher_confirms=False)
        await channel.set_qos(prefetch_count=_AT_ONCE)
        queue = await channel.get_queue(fed.topology.queue, ensure=False)
        tag = await queue.consume(hand_on)
        try:
            yield
        finally:
            await queue.cancel(tag)
