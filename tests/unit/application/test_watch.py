"""The records are looked at once for all who watch, and not at all when nobody does."""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack

import attrs
import pytest
from contracts.contract import DEADLINE, eventually
from support.domain import build, record
from support.world import Clock

from knative_lambda.adapters.memory.records import MemoryRecords
from knative_lambda.application.watch import Watch
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.record import Phase
from knative_lambda.ports.records import StoredRecord


@attrs.define
class CountedRecords(MemoryRecords):
    """Counts how often they are listed, and can be away."""

    looks: int = 0
    is_away: bool = False

    async def list(self) -> Sequence[StoredRecord]:
        self.looks += 1
        if self.is_away:
            raise TransientError("the records are away")
        return await super().list()


class Watched:
    """A watch that looks again at once when it is told to hurry."""

    def __init__(self) -> None:
        self.records, self.clock = CountedRecords(), Clock()
        self.watch = Watch(self.records, self.clock, every=1000)

    async def write(self, phase: Phase) -> None:
        stored = await self.records.read(record().function)
        await self.records.write(record(build(1, phase)), stored.version)

    async def next_look(self) -> None:
        """Have the one who watches look once more, and wait until that is done."""
        before = self.records.looks
        self.watch.hurry()

        async def looked() -> bool:
            return self.records.looks > before and not self.watch._turn.locked()

        await eventually(looked)


@pytest.fixture
def watched() -> Watched:
    return Watched()


async def rung(bell: asyncio.Event) -> None:
    async with asyncio.timeout(DEADLINE):
        await bell.wait()
    bell.clear()


async def test_who_asks_soon_after_another_costs_no_look(watched: Watched) -> None:
    await watched.write(Phase.OPEN)
    first = await watched.watch.look()
    assert [one.builds for one in first.records] == [record(build(1, Phase.OPEN)).builds]
    await watched.write(Phase.FAILED)
    watched.clock.advance(999)
    assert await watched.watch.look() == first
    watched.clock.advance(1)
    second = await watched.watch.look()
    assert second.number > first.number
    assert watched.records.looks == 2


async def test_all_who_watch_are_told_of_a_change_by_one_look(watched: Watched) -> None:
    bells = [asyncio.Event() for _ in range(3)]
    with ExitStack() as stack:
        for bell in bells:
            stack.enter_context(watched.watch.watched(bell))
        for bell in bells:
            await rung(bell)
        await watched.write(Phase.OPEN)
        await watched.next_look()
        for bell in bells:
            await rung(bell)
        assert watched.records.looks == 2
        await watched.next_look()
        assert not any(bell.is_set() for bell in bells), "nothing has changed"


async def test_nobody_looks_when_nobody_watches(watched: Watched) -> None:
    first, second = asyncio.Event(), asyncio.Event()
    with watched.watch.watched(first):
        with watched.watch.watched(second):
            await rung(second)
        await watched.next_look()
    looks = watched.records.looks
    watched.watch.hurry()
    for _ in range(10):
        await asyncio.sleep(0)
    assert watched.records.looks == looks
    with watched.watch.watched(first):
        await watched.next_look()


async def test_what_was_seen_last_stays_when_there_is_nothing_to_be_seen(watched: Watched) -> None:
    await watched.write(Phase.OPEN)
    bell = asyncio.Event()
    with watched.watch.watched(bell):
        await rung(bell)
        seen = (await watched.watch.look()).records
        watched.records.is_away = True
        await watched.next_look()
        await rung(bell)
        sight = await watched.watch.look()
        assert (sight.fault, sight.records) == ("the records are away", seen)
        watched.records.is_away = False
        await watched.next_look()
        await rung(bell)
        assert (await watched.watch.look()).fault is None


async def test_a_pause_ends_by_itself() -> None:
    records = CountedRecords()
    watch = Watch(records, Clock(), every=0.001)

    async def looked_thrice() -> bool:
        return records.looks >= 3

    with watch.watched(asyncio.Event()):
        await eventually(looked_thrice)


async def test_records_that_cannot_be_seen_from_the_beginning_are_told(watched: Watched) -> None:
    watched.records.is_away = True
    sight = await watched.watch.look()
    assert (sight.records, sight.fault, sight.number) == ((), "the records are away", 1)
