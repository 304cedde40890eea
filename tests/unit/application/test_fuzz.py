"""100,000 messages of every kind through the whole service in memory."""

import asyncio
import gc
import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import attrs
import pytest
from dependency_injector.providers import Object
from support.garbage import message
from support.in_memory import IN_MEMORY

from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Ack, DeadLetter, Settlement
from knative_lambda.entrypoints.container import Container
from knative_lambda.ports.event_source import Delivery, EventSource

MESSAGES, WARM, GROWTH = 100_000, 10_000, 20 * 1024 * 1024
FUZZED = attrs.evolve(IN_MEMORY, registry="registry.test", retry_for=0.001)


@attrs.define
class Garbage(EventSource):
    """Delivers messages one after the other, and counts how each is settled."""

    dice: random.Random
    can_delay: bool = True
    consuming: bool = True
    settled: Counter[int] = attrs.field(factory=Counter)
    rejections: Counter[Rejection] = attrs.field(factory=Counter)
    kinds: Counter[type] = attrs.field(factory=Counter)
    grown: list[int] = attrs.field(factory=list)
    over: asyncio.Event = attrs.field(factory=asyncio.Event)
    _room: asyncio.Semaphore = attrs.field(factory=lambda: asyncio.Semaphore(32))

    async def deliveries(self) -> AsyncIterator[Delivery]:
        for tag in range(MESSAGES):
            await self._room.acquire()
            if tag in (WARM, MESSAGES - 1):
                self.grown.append(resident())
            yield Delivery(message(self.dice), tag, arrived=1_800_000_000_000_000_000)
        await asyncio.Event().wait()

    async def settle(self, delivery: Delivery, settlement: Settlement) -> None:
        assert delivery.tag is not None
        self.settled[delivery.tag] += 1
        self.kinds[type(settlement)] += 1
        if isinstance(settlement, DeadLetter):
            self.rejections[settlement.rejection] += 1
            assert settlement.detail.strip()
        self._room.release()
        if len(self.settled) == MESSAGES:
            self.over.set()


def resident() -> int:
    """Bytes of memory in use."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096


@pytest.mark.no_cover  # a hundred thousand, counted line by line, take minutes
async def test_every_message_is_settled_once_and_none_by_a_bug() -> None:
    container = Container(settings=FUZZED)
    source = Garbage(random.Random(7))  # noqa: S311 - a game, not a secret
    container.source.override(Object(source))
    consumer = container.consumer()
    running = asyncio.create_task(consumer.run())
    waiting = asyncio.create_task(source.over.wait())
    # What ends by a bug is settled by nobody: it must not be awaited for ever.
    await asyncio.wait({running, waiting}, timeout=600, return_when=asyncio.FIRST_COMPLETED)
    consumer.stop()
    await running
    waiting.cancel()

    assert source.settled.total() == len(source.settled) == MESSAGES
    assert source.rejections[Rejection.INTERNAL] == 0
    assert source.rejections[Rejection.MALFORMED] > MESSAGES / 10
    assert source.rejections[Rejection.INVALID] > MESSAGES / 100
    assert {Ack, DeadLetter} <= set(source.kinds)
    before, after = source.grown
    assert after - before < GROWTH
