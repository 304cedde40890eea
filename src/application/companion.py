"""The sidecar's part for builds that run in this process: says how each of them ended."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Protocol

import attrs
import structlog

from knative_lambda.application.engine import Engine
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.events import BuildEnded
from knative_lambda.ports.job_runner import BuildJob

_RETRY_AFTER = 1.0  # seconds

_log = structlog.get_logger()


class WatchedRunner(Protocol):
    """A runner whose Jobs can be seen to end from within this process."""

    def ended(self) -> AsyncIterator[BuildJob]:
        """Jobs as they end."""
        ...


@attrs.frozen
class Companion:
    """First writes the verdict into the record, then publishes what the record says."""

    runner: WatchedRunner
    engine: Engine
    now: Callable[[], int]

    async def run(self) -> None:
        """Report every Job that ends, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            async for job in self.runner.ended():
                tasks.create_task(self._until_reported(job))

    async def _until_reported(self, job: BuildJob) -> None:
        while True:
            try:
                return await self.report(job)
            except TransientError as error:
                _log.warning("outcome.unreported", job=job.name, error=str(error))
                await asyncio.sleep(_RETRY_AFTER)

    async def report(self, job: BuildJob) -> None:
        """Decide the outcome of *job*, if nobody has, and publish it.

        Raises:
            TransientError: It may not have been published; reporting again is safe.
        """
        if job.verdict is None:
            return
        ran = max(0, job.ended - job.started) if job.ended is not None else None
        verdict = attrs.evolve(job.verdict, ran=ran)
        ended = BuildEnded(request_id=job.build_id, now=self.now(), verdict=verdict)
        await self.engine.tell(job.function, ended)
