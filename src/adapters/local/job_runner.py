"""Build Jobs as processes of this machine."""

import asyncio
import fcntl
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import attrs
import structlog

from knative_lambda.adapters.kept_log import KeptLog
from knative_lambda.adapters.local.build import build
from knative_lambda.adapters.local.build_logs import LOG, finish
from knative_lambda.adapters.local.image_store import LocalImageRegistry
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.verdict import BuildStatus, Verdict
from knative_lambda.ports.job_runner import BuildJob, JobRunner, JobSpec

_TAIL = 64 * 1024  # bytes of a log that are judged by

_log = structlog.get_logger()


@attrs.define(eq=False)
class _Job:
    seen: BuildJob
    folder: Path
    log: KeptLog
    task: "asyncio.Task[None]"


@attrs.define(eq=False)
class LocalJobRunner(JobRunner):
    """A Job lives in `{state}/jobs/{name}/`; what it builds is pushed before its end is shown.

    Jobs belong to the process that started them. Those of an earlier one are not there: the
    first runner on a state directory removes what they left.

    Attributes:
        judge: How a build ended, from what is seen of it.
        now: UTC nanoseconds since 1970.
    """

    state: Path
    registry: LocalImageRegistry
    judge: Callable[[BuildStatus], Verdict | None]
    now: Callable[[], int]
    _jobs: dict[str, _Job] = attrs.field(factory=dict)
    _ended: "asyncio.Queue[BuildJob]" = attrs.field(factory=asyncio.Queue)
    _in_use: IO[bytes] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._in_use = (self._folder / ".in-use").open("ab")
        with suppress(BlockingIOError):  # somebody else's Jobs may be running there
            fcntl.flock(self._in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for left in self._folder.iterdir():
                if left.is_dir():
                    shutil.rmtree(left)
        fcntl.flock(self._in_use, fcntl.LOCK_SH)

    @property
    def _folder(self) -> Path:
        return self.state / "jobs"

    async def start(self, job: JobSpec) -> bool:
        """Make its folder, and build in the background."""
        folder = self._folder / job.name
        try:
            folder.mkdir()
        except FileExistsError:
            return False
        except OSError as error:
            raise TransientError(f"the Job cannot be made: {error.strerror}") from error
        seen = BuildJob(
            name=job.name, function=job.function, build_id=job.build_id, started=self.now()
        )
        log = KeptLog(folder / LOG)
        task = asyncio.create_task(self._run(job, folder, log))
        self._jobs[job.name] = _Job(seen, folder, log, task)
        return True

    async def _run(self, job: JobSpec, folder: Path, log: KeptLog) -> None:
        try:
            verdict = self.judge(await self._status(job, folder, log))
        except Exception:  # noqa: BLE001 - whatever happens, a Job has an end
            _log.exception("job.broken", job=job.name)
            verdict = None
        try:
            await in_thread(lambda: finish(log, job.log_url))
        except OSError as error:
            _log.warning("job.log_not_kept", job=job.name, error=error.strerror)
        seen = attrs.evolve(
            self._jobs[job.name].seen,
            ended=self.now(),
            verdict=verdict or Verdict(Reason.INTERNAL, "the local build broke; see our log"),
        )
        self._jobs[job.name].seen = seen
        self._ended.put_nowait(seen)

    async def _status(self, job: JobSpec, folder: Path, log: KeptLog) -> BuildStatus:
        app = folder / "app"
        try:
            async with asyncio.timeout(job.timeout):
                code = await build(job, app, folder / "scratch", log)
                digest = "" if code else await self.registry.push(job.image, app)
        except TimeoutError:
            return BuildStatus(timed_out=True, log_tail=log.tail(_TAIL))
        return BuildStatus(exit_code=code, message=digest, log_tail=log.tail(_TAIL))

    async def ended(self) -> AsyncIterator[BuildJob]:
        """Jobs as they end: what a sidecar would see."""
        while True:
            yield await self._ended.get()

    def log(self, name: str) -> str:
        """What the build has written so far; nothing for a Job that is not there."""
        return self._jobs[name].log.text() if name in self._jobs else ""

    async def look(self, name: str) -> BuildJob | None:
        """As it is."""
        return self._jobs[name].seen if name in self._jobs else None

    async def list(self) -> Sequence[BuildJob]:
        """All that are there."""
        return [job.seen for job in self._jobs.values()]

    async def stop(self, name: str) -> None:
        """Kill its processes, and remove it."""
        job = self._jobs.get(name)
        if job is None:
            return
        job.task.cancel()
        await asyncio.wait([job.task])
        await self._remove(name)

    async def release(self, name: str) -> None:
        """Remove it if it has ended."""
        if name in self._jobs and self._jobs[name].seen.ended is not None:
            await self._remove(name)

    async def _remove(self, name: str) -> None:
        job = self._jobs.pop(name, None)
        if job is not None:
            await asyncio.to_thread(shutil.rmtree, job.folder, ignore_errors=True)

    async def close(self) -> None:
        """End all Jobs; nothing of them is left."""
        await asyncio.gather(*(self.stop(name) for name in list(self._jobs)))
        self._in_use.close()
