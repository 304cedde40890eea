"""A job runner in memory: builds end when they are told to, by default at once and well."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence

import attrs

from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports.job_runner import BuildJob, JobRunner, JobSpec


@attrs.define
class MemoryJobRunner(JobRunner):
    """Pushes to *registry* what succeeds.

    Attributes:
        ending: The verdict each build ends with at once; `None` leaves it to `end`.
        started: The names of all Jobs ever started, in order.
    """

    registry: MemoryImageRegistry
    now: Callable[[], int]
    ending: Verdict | None = attrs.field(factory=Verdict)
    started: list[str] = attrs.field(factory=list)
    _jobs: dict[str, tuple[JobSpec, BuildJob]] = attrs.field(factory=dict)
    _ended: "asyncio.Queue[BuildJob]" = attrs.field(factory=asyncio.Queue)

    async def start(self, job: JobSpec) -> bool:
        """Note it, and end it if so told."""
        if job.name in self._jobs:
            return False
        self.started.append(job.name)
        seen = BuildJob(
            name=job.name, function=job.function, build_id=job.build_id, started=self.now()
        )
        self._jobs[job.name] = (job, seen)
        if self.ending is not None:
            self.end(job.name, self.ending)
        return True

    def end(self, name: str, verdict: Verdict) -> None:
        """End the Job, if it is there and runs; a success has pushed its image."""
        spec, seen = self._jobs.get(name, (None, None))
        if spec is None or seen is None or seen.verdict is not None:
            return
        if verdict.reason is None:
            digest = f"sha256:{hashlib.sha256(spec.image.encode()).hexdigest()}"
            self.registry.push(spec.image, digest)
            verdict = attrs.evolve(verdict, digest=digest)
        seen = attrs.evolve(seen, ended=self.now(), verdict=verdict)
        self._jobs[name] = (spec, seen)
        self._ended.put_nowait(seen)

    async def ended(self) -> AsyncIterator[BuildJob]:
        """Jobs as they end: what a sidecar would see."""
        while True:
            yield await self._ended.get()

    async def look(self, name: str) -> BuildJob | None:
        """As it is."""
        return self._jobs[name][1] if name in self._jobs else None

    async def list(self) -> Sequence[BuildJob]:
        """All that are there."""
        return [seen for _, seen in self._jobs.values()]

    async def stop(self, name: str) -> None:
        """Remove it, whatever it does."""
        self._jobs.pop(name, None)

    async def release(self, name: str) -> None:
        """Remove it if it has ended."""
        if name in self._jobs and self._jobs[name][1].ended is not None:
            del self._jobs[name]
