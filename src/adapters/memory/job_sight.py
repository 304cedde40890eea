"""Jobs in memory, seen: what happened to them is what was noted here."""

from collections.abc import Sequence

import attrs

from knative_lambda.adapters.memory.job_runner import MemoryJobRunner
from knative_lambda.ports.job_sight import Happening, JobSight, SeenJob


@attrs.define(eq=False)
class MemoryJobSight(JobSight):
    """Looks at what *runner* has started."""

    runner: MemoryJobRunner
    _noted: dict[str, list[Happening]] = attrs.field(factory=dict)

    def note(self, job: str, happening: Happening) -> None:
        """Let that have happened to the Job."""
        self._noted.setdefault(job, []).append(happening)

    async def look(self, job: str) -> SeenJob | None:
        """As it is."""
        seen = await self.runner.look(job)
        if seen is None:
            return None
        failed = seen.verdict is not None and seen.verdict.reason is not None
        return SeenJob(
            started=seen.started, ended=seen.ended, failure="the build failed" if failed else ""
        )

    async def happenings(self, job: str, pods: Sequence[str]) -> Sequence[Happening]:  # noqa: ARG002 - there are none
        """All that was noted; a Job in memory has no pods."""
        return sorted(self._noted.get(job, ()), key=lambda each: each.at or 0)
