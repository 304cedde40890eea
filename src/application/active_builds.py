"""A runner that knows how many builds are under way, from one list of Jobs a second."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import attrs

from knative_lambda.ports.job_runner import BuildJob, JobRunner, JobSpec
from knative_lambda.ports.metrics import Metrics

_SECOND: Final = 1_000_000_000


@attrs.define
class ActiveBuilds(JobRunner):
    """Passes on every call; adds what it starts itself to the last list, until the next.

    Attributes:
        now: A clock that never goes back, in nanoseconds.
    """

    inner: JobRunner
    metrics: Metrics
    now: Callable[[], int]
    _listed: Mapping[str, str] = attrs.field(factory=dict)  # Job to tenant
    _listed_at: int | None = None
    _started: dict[str, str] = attrs.field(factory=dict)
    _listing: asyncio.Lock = attrs.field(factory=asyncio.Lock)

    async def by_tenant(self) -> Counter[str]:
        """How many builds of each tenant are under way.

        Raises:
            TransientError: The Jobs cannot be listed now.
        """
        came = self.now()
        # Whoever comes while the list is on its way waits for it: an old one lets too many in.
        # However long it takes, it will do for all who came before it was a second old.
        async with self._listing:
            if self._listed_at is None or came - self._listed_at >= _SECOND:
                asked, self._started = self.now(), {}
                self._listed = _running(await self.list())
                self._listed_at = asked
            return Counter({**self._listed, **self._started}.values())

    async def start(self, job: JobSpec) -> bool:
        """Start, and count it from now on."""
        is_new = await self.inner.start(job)
        self._started[job.name] = job.function.third_party_id
        return is_new

    async def look(self, name: str) -> BuildJob | None:
        """As the inner runner."""
        return await self.inner.look(name)

    async def list(self) -> Sequence[BuildJob]:
        """As the inner runner: never the list that is kept."""
        jobs = await self.inner.list()
        self.metrics.active(Counter(_running(jobs).values()))
        return jobs

    async def stop(self, name: str) -> None:
        """As the inner runner."""
        await self.inner.stop(name)

    async def release(self, name: str) -> None:
        """As the inner runner."""
        await self.inner.release(name)


def _running(jobs: Sequence[BuildJob]) -> Mapping[str, str]:
    """The tenant of each that has not ended, by its name."""
    return {job.name: job.function.third_party_id for job in jobs if job.ended is None}
