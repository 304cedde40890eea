"""Replicas that are held up before each of their calls, and let through call by call."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import attrs

_PATIENCE = 20.0  # seconds; only ever spent when something is broken


@attrs.define(eq=False)
class HeldReplica:
    """Something that runs call by call.

    Attributes:
        at: The call that it is held up before; `None` once it has ended.
    """

    at: str | None = None
    _go: asyncio.Event = attrs.field(factory=asyncio.Event)
    _there: asyncio.Event = attrs.field(factory=asyncio.Event)
    _task: "asyncio.Task[None] | None" = None

    async def pause(self, call: str) -> None:
        """Wait before *call* until the next step."""
        self.at = call
        self._there.set()
        await self._go.wait()
        self._go.clear()

    async def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Go on to its first call."""
        self._task = asyncio.create_task(work)
        await self._arrive()

    async def steps(self, most: int) -> bool:
        """Let so many calls through, or all that are left; whether there were so many."""
        for _ in range(most):
            if self.at is None:
                return False
            self._there.clear()
            self._go.set()
            await self._arrive()
        return True

    async def finish(self) -> None:
        """Go on to its end."""
        while await self.steps(1):
            pass

    async def until(self, call: str) -> None:
        """Go on to that *call*; a failure if it ends before."""
        while self.at != call:
            assert await self.steps(1), f"it ends without {call}"

    async def _arrive(self) -> None:
        assert self._task is not None
        arriving = asyncio.create_task(self._there.wait())
        async with asyncio.timeout(_PATIENCE):
            await asyncio.wait({arriving, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            arriving.cancel()
            self.at = None
            self._task.result()
