"""Builds on this machine, seen also by another process than the one that runs them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import attrs

from knative_lambda.adapters.local.build_logs import is_over
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.errors import TransientError
from knative_lambda.ports.job_sight import Happening, JobSight, SeenJob

_BROKEN: Final = "the folder of its Job cannot be read"


@attrs.frozen
class LocalJobSight(JobSight):
    """Looks at `{state}/jobs/{name}/`; nobody notes what happens there."""

    state: Path

    async def look(self, job: str) -> SeenJob | None:
        """By the times of its files; whether it ended well, its folder does not say.

        Raises:
            TransientError: The folder cannot be read.
        """
        return await in_thread(lambda: _seen(self.state / "jobs" / job))

    async def happenings(self, job: str, pods: Sequence[str]) -> Sequence[Happening]:  # noqa: ARG002 - of no Job
        """None."""
        return ()


def _seen(folder: Path) -> SeenJob | None:
    try:
        changed = folder.stat().st_mtime_ns
        began = min((each.stat().st_mtime_ns for each in folder.iterdir()), default=changed)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise TransientError(f"{_BROKEN}: {error.strerror}") from error
    return SeenJob(started=began, ended=changed if is_over(folder) else None)
