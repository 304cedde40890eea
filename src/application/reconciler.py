"""What nobody was told of: outcomes never decided or never heard, and what was left behind."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final

import attrs
import structlog

from knative_lambda.application.convergence import Convergence
from knative_lambda.application.engine import Engine
from knative_lambda.domain import names
from knative_lambda.domain.errors import BuilderError, ConflictError, PermanentError
from knative_lambda.domain.events import BuildEnded, JobSeen, OutcomeUnheard
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Build, Phase, Record
from knative_lambda.domain.retention import forgotten
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports.context_store import ContextStore
from knative_lambda.ports.image_registry import ImageRegistry
from knative_lambda.ports.job_runner import BuildJob, JobRunner
from knative_lambda.ports.metrics import Metrics
from knative_lambda.ports.records import Records, StoredRecord

_SECOND: Final = 1_000_000_000
# These times only spare work: no law depends on them.
LOST_AFTER: Final = 300 * _SECOND
DELAYED_FOR: Final = 1800 * _SECOND  # a start that waits is noted within half of that
UNHEARD_AFTER: Final = 60 * _SECOND
RETOLD_AFTER: Final = 3600 * _SECOND  # at the latest: the wait doubles from time to time
JOB_KEPT_FOR: Final = 3600 * _SECOND
CONTEXT_KEPT_FOR: Final = 24 * 3600 * _SECOND
LOG_KEPT_FOR: Final = 7 * CONTEXT_KEPT_FOR
_FOUND: Final = {JobSeen: "job", BuildEnded: "ended", OutcomeUnheard: "unheard"}

_log = structlog.get_logger()


@attrs.frozen
class _Kept:
    """What a sweep keeps of a record while it looks at all others.

    Attributes:
        record: Without the builds that are at rest: settled, and their Jobs gone.
        jobs: The names of the Jobs of its builds.
        forgets: Whether something in it is due to be forgotten.
    """

    record: Record
    jobs: frozenset[str]
    forgets: bool


@attrs.frozen
class Reconciler:
    """Any number may run at once and be killed anywhere: it decides only by compare-and-set."""

    records: Records
    runner: JobRunner
    contexts: ContextStore
    registry: ImageRegistry
    engine: Engine
    convergence: Convergence
    metrics: Metrics
    now: Callable[[], int]

    async def sweep(self) -> None:
        """Look at everything once; what fails for one function holds up no other.

        Raises:
            Exception: Not all could be looked at; the first reason why not.
        """
        jobs = {job.name: job for job in await self.runner.list()}
        stored = await self.records.sift(partial(self._kept, jobs))
        known = {name for kept in stored for name in kept.jobs}
        ready: Counter[bool] = Counter()
        looks: list[Callable[[], Awaitable[object]]] = [
            partial(self._tell, job.function, JobSeen(request_id=job.build_id))
            for name, job in jobs.items()
            if name not in known
        ]
        looks += [partial(self._sweep_record, entry, jobs, ready) for entry in stored]
        looks.append(partial(self._sweep_contexts, stored))
        try:
            await _each(looks)
        finally:
            self.metrics.functions(ready=ready[True], unready=ready[False])

    async def look_at(self, function: FunctionId, build_id: str) -> None:
        """Look at one build, whose Job has changed."""
        record = (await self.records.read(function)).record
        job = await self.runner.look(names.job(function, build_id))
        build = record.builds.get(build_id)
        if build is not None:
            await self._sweep_build(record, build, job)
        elif job is not None:
            await self._tell(function, JobSeen(request_id=build_id))

    def _kept(self, jobs: Mapping[str, BuildJob], stored: StoredRecord) -> _Kept:
        record = stored.record
        own = {build: names.job(record.function, build) for build in record.builds}
        looked_at = {
            name: build
            for name, build in record.builds.items()
            if not build.settled or own[name] in jobs
        }
        return _Kept(
            record=attrs.evolve(record, builds=looked_at),
            jobs=frozenset(own.values()) & jobs.keys(),
            forgets=forgotten(record, self.now()) != record,
        )

    async def _sweep_record(
        self, kept: _Kept, jobs: Mapping[str, BuildJob], ready: Counter[bool]
    ) -> None:
        record = kept.record
        for build in record.builds.values():
            await self._sweep_build(record, build, jobs.get(names.job(record.function, build.id)))
        try:
            service = await self.convergence.run(record, None, prune=True)
            if service is not None:
                ready[service.ready] += 1
        except PermanentError as error:
            ready[False] += 1
            _log.warning("service.failed", service=names.service(record.function), error=str(error))
            self._found("unservable")
        if kept.forgets:
            await self._forget(record.function)

    async def _sweep_build(self, record: Record, build: Build, job: BuildJob | None) -> None:
        event = await self._finding(build, job)
        if event is not None:
            await self._tell(record.function, event)
        elif (
            build.settled
            and job is not None
            and job.ended is not None
            and self.now() - job.ended > JOB_KEPT_FOR
        ):
            await self.runner.release(job.name)
            self._found("released_job")

    async def _tell(
        self, function: FunctionId, event: JobSeen | BuildEnded | OutcomeUnheard
    ) -> None:
        await self.engine.tell(function, event)
        self._found(_FOUND[type(event)], build_id=event.request_id)

    def _found(self, what: str, **more: str) -> None:
        """Count it; whoever sweeps once and ends is asked for it by nobody, so it is told too."""
        self.metrics.found(what, 1)
        _log.info("sweep.found", what=what, **more)

    async def _finding(
        self, build: Build, job: BuildJob | None
    ) -> JobSeen | BuildEnded | OutcomeUnheard | None:
        """What the world says of *build* that the record does not know."""
        now = self.now()
        if build.phase is Phase.OPEN:
            verdict = await self._verdict(build, job)
            if verdict is None:
                return None
            return BuildEnded(request_id=build.id, now=now, verdict=verdict)
        ended = build.outcome.ended_at if build.outcome is not None else build.accepted_at
        if now - ended <= UNHEARD_AFTER:
            return None
        if job is not None and job.ended is None:
            return JobSeen(request_id=build.id)
        # An outcome that nobody can take in would come again with each sweep, and for ever.
        told = build.retold_at if build.retold_at is not None else ended
        if build.settled or now - told < min(told - ended, RETOLD_AFTER):
            return None
        return OutcomeUnheard(request_id=build.id)

    async def _verdict(self, build: Build, job: BuildJob | None) -> Verdict | None:
        if job is None:
            gone = Verdict(Reason.LOST, "its Job is gone, and nothing has said how it ended")
            return gone if self._waited_too_long(build) else None
        if job.verdict is None or job.verdict.reason is not None:
            return job.verdict
        if build.image is not None and await self.registry.digest(build.image) is not None:
            return job.verdict
        return Verdict(Reason.LOST, "its Job succeeded, but the registry does not have the image")

    def _waited_too_long(self, build: Build) -> bool:
        """Whether a build without a Job should have one by now."""
        if build.delayed_at is not None and self.now() - build.delayed_at <= DELAYED_FOR:
            return False
        return self.now() - build.accepted_at > LOST_AFTER

    async def _forget(self, function: FunctionId) -> None:
        stored = await self.records.read(function)
        kept = forgotten(stored.record, self.now())
        try:
            if kept is None:
                await self.records.erase(function, stored.version)
                self._found("forgotten")
            elif kept != stored.record:
                await self.records.write(kept, stored.version)
        except ConflictError:
            _log.debug("record.busy", service=names.service(function))  # the next sweep will do

    async def _sweep_contexts(self, stored: Sequence[_Kept]) -> None:
        needed = {
            names.context_key(kept.record.function, build.content.content_hash, build.id)
            for kept in stored
            for build in kept.record.builds.values()
            if build.phase is Phase.OPEN and build.content is not None
        }
        for stored_one in await self.contexts.list():
            kept_for = LOG_KEPT_FOR if names.is_log(stored_one.key) else CONTEXT_KEPT_FOR
            if stored_one.key not in needed and self.now() - stored_one.stored_at > kept_for:
                await self.contexts.delete(stored_one.key)
                self._found("context")


async def _each(looks: Iterable[Callable[[], Awaitable[object]]]) -> None:
    """Take all of *looks*, one after the other; raise the first that failed afterwards."""
    failed: Exception | None = None
    for look in looks:
        try:
            await look()
        except Exception as error:  # noqa: BLE001 - not even a bug may hold up other functions
            if not isinstance(error, BuilderError):
                _log.error("sweep.bug", exc_info=error)
            failed = failed or error
    if failed is not None:
        raise failed
