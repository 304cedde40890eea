"""Tasks of a process: beside its main one, and until their ends."""

import asyncio
from collections.abc import Awaitable
from typing import Any, Final

_HEARD: Final = 1.0  # seconds, in which whoever is cancelled has ended


async def beside(main: Awaitable[object], *others: Awaitable[object]) -> None:
    """Run *main* to its end. The *others* end with it; if one of them fails, all fail."""
    tasks = [asyncio.ensure_future(one) for one in (main, *others)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
    finally:
        await ended(*tasks)


async def ended(*tasks: asyncio.Future[Any]) -> None:
    """Cancel them until all have ended.

    Once may not do: when what is awaited comes together with the cancellation, `asyncio.wait_for`
    of Python 3.11, which the broker's client uses, returns it, and nobody hears of the other.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_HEARD)
    await asyncio.gather(*tasks, return_exceptions=True)
