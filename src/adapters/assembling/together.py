"""Several things at once: the first that fails ends the others, and is what went wrong."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def together(works: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """What all *works* give, in their order."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def bounded(most: int, works: Iterable[Callable[[], Awaitable[T]]]) -> list[T]:
    """The same, with *most* of them under way at once; each is called when it is its turn."""
    free = asyncio.Semaphore(most)

    async def admitted(work: Callable[[], Awaitable[T]]) -> T:
        async with free:
            return await work()

    return await together(admitted(work) for work in works)
