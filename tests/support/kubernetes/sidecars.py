"""The sidecar of a pod: code that the test runs in its place, or nobody, who ends when told to."""

import asyncio
from collections.abc import Awaitable, Callable

import attrs
from support.kubernetes.resources import Object


@attrs.frozen
class Run:
    """What the process of a sidecar knows.

    Attributes:
        pod: Its own, when it was started.
        terminated: Set when SIGTERM comes.
        ready: To be set by it when its startup probe would succeed; only a pod whose sidecar has
            one waits for it.
    """

    pod: Object
    terminated: asyncio.Event = attrs.field(factory=asyncio.Event)
    ready: asyncio.Event = attrs.field(factory=asyncio.Event)


Sidecar = Callable[[Run], Awaitable[int]]
"""Runs until it is done; gives its exit code. It is cancelled in place of SIGKILL."""


async def obedient(run: Run) -> int:
    """A sidecar that does nothing, and ends when it is told to."""
    run.ready.set()
    await run.terminated.wait()
    return 0


@attrs.define(eq=False)
class Process:
    """A sidecar that runs.

    Attributes:
        kill_at: When its grace is over, in nanoseconds; `None` while nobody told it to end.
    """

    run: Run
    task: asyncio.Task[int]
    kill_at: int | None = None

    @classmethod
    def start(cls, sidecar: Sidecar, pod: Object) -> "Process":
        """Run it from now on."""
        run = Run(pod)
        return cls(run, asyncio.create_task(_awaited(sidecar, run)))

    def terminate(self, kill_at: int) -> None:
        """Tell it to end; a second time only ever shortens its grace."""
        self.run.terminated.set()
        self.kill_at = kill_at if self.kill_at is None else min(self.kill_at, kill_at)

    @property
    def ended(self) -> bool:
        return self.task.done()

    def exit_code(self) -> int:
        """How it ended.

        Raises:
            Exception: What its code raised.
        """
        return 137 if self.task.cancelled() else self.task.result()

    async def kill(self) -> None:
        """End it at once."""
        self.task.cancel()
        await asyncio.wait([self.task])

    async def progress(self) -> None:
        """Wait, in real time, until it is ready, if it was not, or has ended."""
        if self.run.ready.is_set():
            await asyncio.wait([self.task])
            return
        ready = asyncio.create_task(self.run.ready.wait())
        await asyncio.wait([self.task, ready], return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()


async def _awaited(sidecar: Sidecar, run: Run) -> int:
    return await sidecar(run)
