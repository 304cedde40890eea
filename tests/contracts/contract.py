"""What the contract suites share: no subclass may soften them, and what must come is awaited."""

import asyncio
from abc import ABC
from collections.abc import Awaitable, Callable

DEADLINE = 60.0  # seconds; only ever spent by an adapter that breaks its contract


class Contract(ABC):  # noqa: B024 - the suites add the abstract methods
    """A suite of laws; an adapter's test class derives from it, constructs, and opens back doors.

    A back door is a method that looks at, or changes, the adapter's world past the adapter, so
    that one broken method cannot hide another.
    """

    def __init_subclass__(cls) -> None:
        """Refuse a subclass that redefines a law."""
        super().__init_subclass__()
        for name in vars(cls):
            if name.startswith("test") and any(name in vars(base) for base in cls.__mro__[1:]):
                raise TypeError(f"{cls.__name__} redefines {name}: an adapter keeps every law")


async def eventually(probe: Callable[[], Awaitable[bool]]) -> None:
    """Wait until *probe* holds; a `TimeoutError` says that it never did."""
    async with asyncio.timeout(DEADLINE):
        while not await probe():  # noqa: ASYNC110 - what it looks at sends no signal
            await asyncio.sleep(0.01)
