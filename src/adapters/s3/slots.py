"""How much of the memory for parts one upload holds."""

import asyncio
from types import TracebackType
from typing import Self

import attrs


@attrs.define(eq=False)
class Slots:
    """The slots that an upload has taken from those of all; each is for one part in memory.

    It takes a slot before it reads a part, waits for no other slot before that part is sent, and
    gives back all that it holds when it is left.
    """

    _all: asyncio.Semaphore
    _held: int = attrs.field(default=0, init=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        while self._held:
            self.give_back()

    async def take(self) -> None:
        """Take a slot, when there is one."""
        await self._all.acquire()
        self._held += 1

    def give_back(self) -> None:
        """Give one back."""
        self._held -= 1
        self._all.release()
