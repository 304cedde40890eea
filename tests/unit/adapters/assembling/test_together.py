"""Several things at once end together."""

import asyncio
from functools import partial

import pytest

from knative_lambda.adapters.assembling.together import bounded, together


async def test_what_they_give_is_in_their_order() -> None:
    started = asyncio.Event()

    async def first() -> int:
        await started.wait()
        return 1

    async def second() -> int:
        started.set()
        return 2

    assert await together([first(), second()]) == [1, 2]
    assert await together([]) == []


async def test_the_first_that_fails_ends_the_others() -> None:
    ended = []

    async def waiting() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("waiting")

    async def failing() -> None:
        await asyncio.sleep(0)
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        await together([waiting(), failing()])
    assert ended == ["waiting"]


async def test_no_more_than_that_many_are_under_way() -> None:
    under_way, most = 0, 0

    async def work(number: int) -> int:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return number

    assert await bounded(3, [partial(work, number) for number in range(10)]) == list(range(10))
    assert most == 3


async def test_who_has_not_had_a_turn_is_not_called_any_more() -> None:
    called = []

    async def work(number: int) -> None:
        called.append(number)
        await asyncio.sleep(0)
        raise ValueError(number)

    with pytest.raises(ValueError, match="0"):
        await bounded(1, [partial(work, number) for number in range(9)])
    assert len(called) < 3
