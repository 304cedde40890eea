"""Who listens to all events, and when each came."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import attrs
from aio_pika.abc import AbstractIncomingMessage

from benchmarks.feed import Feed
from knative_lambda.domain.cloudevent import PREFIX

_PATIENCE: Final = 120.0  # seconds; only ever spent when something is wrong


@attrs.define
class Observer:
    """Remembers the first event of each kind of each build."""

    _came: dict[str, dict[str, float]] = attrs.field(factory=dict)
    _more: asyncio.Condition = attrs.field(factory=asyncio.Condition)

    async def heard(self, build: str, kind: str) -> float:
        """When an event of *build* came whose type begins with *kind*, as `time.monotonic` has it.

        Raises:
            TimeoutError: None does.
        """
        async with asyncio.timeout(_PATIENCE), self._more:
            await self._more.wait_for(lambda: self._at(build, kind) is not None)
        return self._at(build, kind) or 0.0

    def _at(self, build: str, kind: str) -> float | None:
        of_build = self._came.get(build, {})
        return next((at for name, at in of_build.items() if name.startswith(kind)), None)

    async def take(self, message: AbstractIncomingMessage) -> None:
        """Take *message* down."""
        now, event = time.monotonic(), json.loads(message.body)
        kind = event["type"].removeprefix(PREFIX)
        async with self._more:
            self._came.setdefault(event.get("buildid", ""), {}).setdefault(kind, now)
            self._more.notify_all()


@asynccontextmanager
async def observer(fed: Feed) -> AsyncIterator[Observer]:
    """One that hears what is published where *fed* is."""
    seen = Observer()
    queue = await fed.channel.declare_queue(exclusive=True)
    await queue.bind(fed.exchange, f"{PREFIX}#")
    tag = await queue.consume(seen.take, no_ack=True)
    try:
        yield seen
    finally:
        await queue.cancel(tag)
