"""What was looked at is remembered: one look for many who ask, and another when it is stale."""

import asyncio

import pytest
from support.world import Clock

from knative_lambda.application.remembered import Remembered
from knative_lambda.domain.errors import TransientError


class Looks:
    """Counts looks, each of which waits until it may end."""

    def __init__(self) -> None:
        self.clock, self.count = Clock(), 0
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.fault: Exception | None = None
        self.memory = Remembered(self.look, 5, self.clock)

    async def look(self, key: int) -> str:
        self.count += 1
        number = self.count
        await self.may_end.wait()
        if self.fault is not None:
            raise self.fault
        return f"{key}, look {number}"


@pytest.fixture
def looks() -> Looks:
    return Looks()


async def test_who_asks_again_soon_gets_what_was_seen(looks: Looks) -> None:
    assert await looks.memory.of(7) == "7, look 1"
    looks.clock.advance(4.9)
    assert await looks.memory.of(7) == "7, look 1"
    assert await looks.memory.of(8) == "8, look 2"


async def test_after_a_while_it_is_looked_at_again(looks: Looks) -> None:
    await looks.memory.of(7)
    looks.clock.advance(5)
    assert await looks.memory.of(7) == "7, look 2"


async def test_who_asks_at_the_same_time_costs_one_look(looks: Looks) -> None:
    looks.may_end.clear()
    asking = [asyncio.create_task(looks.memory.of(7)) for _ in range(9)]
    await asyncio.sleep(0)
    asking[0].cancel()  # who goes away takes nothing from the others
    looks.may_end.set()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert answers[1:] == ["7, look 1"] * 8
    assert looks.count == 1


async def test_a_look_that_failed_is_not_repeated_at_once(looks: Looks) -> None:
    looks.fault = TransientError("away")
    for _ in range(3):
        with pytest.raises(TransientError, match="away"):
            await looks.memory.of(7)
    assert looks.count == 1
    looks.fault = None
    looks.clock.advance(5)
    assert await looks.memory.of(7) == "7, look 2"


async def test_a_look_that_is_given_up_is_no_fault_of_anybodys(looks: Looks) -> None:
    looks.may_end.clear()
    asking = asyncio.create_task(looks.memory.of(7))
    await asyncio.sleep(0)
    ((_, looking),) = looks.memory._known.values()
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_what_is_remembered_is_bounded(looks: Looks) -> None:
    for key in range(1100):
        await looks.memory.of(key)
    assert len(looks.memory._known) == 1000
    assert await looks.memory.of(1099) == "1099, look 1100"
    looks.clock.advance(5)
    await looks.memory.of(1)
    assert len(looks.memory._known) == 1
