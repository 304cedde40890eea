"""What the broker pushes to a consumer over one channel, until one of them is gone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final, Self

import attrs
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue
from aio_pika.exceptions import CONNECTION_EXCEPTIONS

CLOSE_TIMEOUT: Final = 5.0  # seconds


@attrs.define(eq=False)
class Inbox:
    """The messages of one queue, in order.

    Attributes:
        cancelled: Whether the broker has ended it, as it does when the queue is deleted.
    """

    channel: AbstractChannel
    queue: AbstractQueue
    cancelled: bool = False
    _tag: str = ""
    _closed: bool = False
    _fetched: "asyncio.Queue[AbstractIncomingMessage | None]" = attrs.field(factory=asyncio.Queue)

    @classmethod
    async def open(cls, channel: AbstractChannel, name: str, prefetch: int) -> Self:
        """Consume the queue *name*, with at most *prefetch* messages that are not settled."""
        await channel.set_qos(prefetch_count=prefetch)
        inbox = cls(channel, await channel.get_queue(name, ensure=False))
        channel.close_callbacks.add(inbox._end)
        raw = await channel.get_underlay_channel()
        raw.on_consumer_cancel_callbacks.add(inbox._cancel)
        inbox._tag = await inbox.queue.consume(inbox._take)
        return inbox

    async def messages(self) -> AsyncIterator[AbstractIncomingMessage]:
        """Each as it comes. What was fetched over a channel that is lost comes again elsewhere."""
        while (incoming := await self._fetched.get()) is not None and not self.channel.is_closed:
            yield incoming

    async def close(self) -> None:
        """Take no more; what was fetched ahead goes back. The channel stays, to settle the rest."""
        with suppress(*CONNECTION_EXCEPTIONS, TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT):
                if not self.cancelled:
                    await self.queue.cancel(self._tag)
                self._closed = True
                while not self._fetched.empty():
                    if (incoming := self._fetched.get_nowait()) is not None:
                        await incoming.nack()

    async def _take(self, incoming: AbstractIncomingMessage) -> None:
        if self._closed:
            await incoming.nack()  # it was on its way when the broker was told to stop
        else:
            self._fetched.put_nowait(incoming)

    def _cancel(self, _: object) -> None:
        self.cancelled = True
        self._fetched.put_nowait(None)

    def _end(self, *_: object) -> None:
        self._fetched.put_nowait(None)
