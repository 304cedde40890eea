"""From an effect to the call that does it: one case an effect."""

from collections.abc import Callable
from typing import assert_never

import attrs
import structlog

from knative_lambda.application.convergence import Convergence
from knative_lambda.application.engine import Actor
from knative_lambda.application.preparation import Preparation
from knative_lambda.domain import names, provenance
from knative_lambda.domain.effects import (
    Converge,
    DiscardContext,
    Effect,
    KeepDependencies,
    NoteRetold,
    Postpone,
    PrepareContext,
    Publish,
    Reject,
    Settle,
    StartJob,
    StopJob,
)
from knative_lambda.domain.errors import (
    OverLimitError,
    PermanentError,
    SetupError,
    TransientError,
)
from knative_lambda.domain.events import (
    BuildEnded,
    Event,
    JobDelayed,
    OutcomeRetold,
    RemainsRemoved,
)
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.record import Build, Content
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports.context_store import ContextStore
from knative_lambda.ports.event_publisher import EventPublisher
from knative_lambda.ports.image_assembler import ImageAssembler
from knative_lambda.ports.job_runner import JobRunner, JobSpec

_QUEUEING = 3600  # seconds that a pod may wait for its node before its URLs expire

_log = structlog.get_logger()


@attrs.frozen
class Interpreter(Actor):
    """Does what was decided, whatever it is.

    Attributes:
        now: UTC nanoseconds since 1970.
    """

    preparation: Preparation
    convergence: Convergence
    contexts: ContextStore
    runner: JobRunner
    publisher: EventPublisher
    assembler: ImageAssembler
    now: Callable[[], int]

    async def run(self, effect: Effect) -> Event | None:  # noqa: C901 - one case an effect
        """One case an effect."""
        match effect:
            case PrepareContext():
                return await self.preparation.run(effect.requested)
            case Publish():
                await self.publisher.publish(effect.announcement)
            case StartJob():
                return await self._started(effect)
            case StopJob():
                await self.runner.stop(names.job(effect.function, effect.build_id))
            case DiscardContext():
                await self.contexts.delete(
                    names.context_key(effect.function, effect.content_hash, effect.build_id)
                )
            case Converge():
                await self.convergence.run(effect.record, effect.replaces, prune=effect.prune)
            case KeepDependencies():
                await self._kept(effect)
            case Settle():
                return RemainsRemoved(request_id=effect.build_id)
            case NoteRetold():
                return OutcomeRetold(request_id=effect.build_id, now=self.now())
            case Postpone():
                raise effect.error
            case Reject():
                raise PermanentError(effect.rejection, effect.detail)
            case _:
                assert_never(effect)
        return None

    async def _kept(self, effect: KeepDependencies) -> None:
        try:
            kept = await self.assembler.keep(effect.image, effect.digest, effect.kept)
        except Exception as error:  # noqa: BLE001 - the build is complete, whatever comes of this
            _log.warning("dependencies.not_kept", image=effect.image, error=str(error))
        else:
            _log.debug("dependencies.kept", image=effect.image, kept=kept)

    async def _started(self, effect: StartJob) -> Event | None:
        build = effect.build
        try:
            # Looking is one call; finding out by starting would be two.
            if not effect.again or not await self._is_started(build, effect.request):
                await self.runner.start(await self._spec(effect))
        except PermanentError as error:
            # It was let in, so it ends in an outcome, and not among the dead letters.
            refused = Verdict(Reason.INTERNAL, error.detail)
            return BuildEnded(request_id=build.id, now=self.now(), verdict=refused)
        except (OverLimitError, TransientError, SetupError) as error:
            # Noted before it waits, lest a sweep take a Job that never was for one that is gone.
            return JobDelayed(request_id=build.id, now=self.now(), error=error)
        return None

    async def _is_started(self, build: Build, request: BuildRequest) -> bool:
        """Whether its own Job is there; of another that has its name, `start` tells."""
        job = await self.runner.look(names.job(request.function, build.id))
        return job is not None and (job.function, job.build_id) == (request.function, build.id)

    async def _spec(self, effect: StartJob) -> JobSpec:
        request, build = effect.request, effect.build
        content = build.content or Content("", "")
        key = names.context_key(request.function, content.content_hash, build.id)
        log_key = names.log_key(request.function, build.id)
        valid_for = request.build_timeout + _QUEUEING
        return JobSpec(
            name=names.job(request.function, build.id),
            function=request.function,
            build_id=build.id,
            runtime=request.runtime,
            image=build.image or "",
            context_url=await self.contexts.presign(key, valid_for),
            tree_hash=content.tree_hash,
            log_url=await self.contexts.presign_put(log_key, valid_for),
            source=provenance.told(request.source_url),
            revision=content.revision,
            build_args=request.build_args,
            timeout=request.build_timeout,
            correlation_id=build.correlation_id,
            traceparent=build.traceparent,
        )
