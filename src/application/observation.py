"""What an incoming event means for a record: the facts that `decide` needs, gathered from ports."""

import attrs

from knative_lambda.application.engine import Observe
from knative_lambda.domain import names
from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.errors import PermanentError, TransientError
from knative_lambda.domain.events import (
    BuildRequested,
    CancellationHeard,
    CancelRequested,
    CompletionHeard,
    DeleteRequested,
    Event,
    FailureHeard,
    RollbackRequested,
    SupersessionHeard,
)
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import request_id
from knative_lambda.domain.images import Images, without_version
from knative_lambda.domain.incoming import (
    CancelBuild,
    DeleteService,
    HearOutcome,
    OutcomeKind,
    RollBackService,
    StartBuild,
)
from knative_lambda.domain.keys import key_of
from knative_lambda.domain.record import Record
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.signing import build_key, is_signed
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports.image_registry import ImageRegistry


def named(event: CloudEvent) -> str:
    """The id of the request that *event* makes."""
    return request_id(event.source, event.id)


def requested(start: StartBuild, arrived: int, now: int) -> BuildRequested:
    """The request of a *start* that *arrived* then and, after whatever wait, is handled *now*."""
    build_id = named(start.event)
    return BuildRequested(
        request_id=build_id,
        key=key_of(start.event.time, arrived, build_id),
        now=now,
        request=start.request,
        traceparent=start.event.traceparent,
    )


@attrs.frozen
class Observation:
    """Looks at the world as far as an event needs it."""

    registry: ImageRegistry
    images: Images
    completion_key: str = attrs.field(repr=False)

    def of_outcome(self, heard: HearOutcome, now: int) -> Observe:
        """How a build ended, as its event says and as far as that may be believed."""

        async def observe(record: Record) -> Event:
            self._check_signature(heard)
            build_id = heard.build_id or named(heard.event)
            match heard.kind:
                case OutcomeKind.CANCELLED:
                    return CancellationHeard(request_id=build_id)
                case OutcomeKind.SUPERSEDED:
                    return SupersessionHeard(request_id=build_id)
                case OutcomeKind.FAILED:
                    return FailureHeard(
                        request_id=build_id,
                        key=key_of(heard.requested_at or heard.event.time, now, build_id),
                        now=now,
                        verdict=Verdict(_reason(heard.reason), heard.detail),
                        correlation_id=heard.correlation_id,
                        traceparent=heard.event.traceparent,
                    )
                case _:
                    return await self._completion(heard, record, build_id, now)

        return observe

    def _check_signature(self, heard: HearOutcome) -> None:
        if not self.completion_key:
            return
        named_by = heard.build_id or ""
        key = build_key(self.completion_key, heard.function, named_by)
        if not is_signed(key, heard.data) or not named_by:
            detail = "signature: missing or wrong: must be made with the key of the build it names"
            raise PermanentError(Rejection.BAD_SIGNATURE, detail)

    async def _completion(
        self, heard: HearOutcome, record: Record, build_id: str, now: int
    ) -> CompletionHeard:
        image = self._image(heard, record, build_id)
        digest = await self.registry.digest(image)
        if digest is None:
            message = f"the registry does not have {image} yet"
            raise TransientError(message)
        return CompletionHeard(
            request_id=build_id,
            key=key_of(heard.requested_at or heard.event.time, now, build_id),
            now=now,
            image=image,
            digest=digest,
            correlation_id=heard.correlation_id,
            traceparent=heard.event.traceparent,
        )

    def _image(self, heard: HearOutcome, record: Record, build_id: str) -> str:
        """The image to deploy: the record's; the event's only if the record knows of none."""
        build = record.builds.get(build_id)
        said = heard.image_uri
        if build is not None and build.image is not None:
            if said is None or without_version(said) == without_version(build.image):
                return build.image
            allowed = False
        elif said is None:
            allowed = False
        elif heard.build_id is not None:
            allowed = self.images.is_of(heard.function, said)
        else:
            allowed = self.images.holds(said)
        if said is None or not allowed:
            own = f"{self.images.registry}/{self.images.repository(heard.function)}"
            detail = f"image_uri: {said}: must lie in this function's repository, {own}"
            raise PermanentError(Rejection.IMAGE_REFUSED, detail)
        return said

    def of_cancel(self, cancel: CancelBuild, now: int) -> Observe:
        """Which build is to be cancelled."""

        async def observe(record: Record) -> Event:
            build_id = cancel.build_id or next(
                (b for b in record.builds if names.job(record.function, b) == cancel.job_name), None
            )
            if build_id is None:
                detail = f"job_name: {cancel.job_name}: no build of this function has that Job"
                raise PermanentError(Rejection.UNKNOWN_BUILD, detail)
            return CancelRequested(
                request_id=build_id,
                by=named(cancel.event),
                key=key_of(cancel.event.time, now, build_id),
                now=now,
                correlation_id=cancel.correlation_id,
                traceparent=cancel.event.traceparent,
            )

        return observe

    def of_delete(self, delete: DeleteService, now: int) -> Observe:
        """A delete needs nothing but itself."""

        async def observe(_record: Record) -> Event:
            operation = named(delete.event)
            return DeleteRequested(
                request_id=operation,
                key=key_of(delete.event.time, now, operation),
                now=now,
                reason=delete.reason,
                correlation_id=delete.correlation_id,
                traceparent=delete.event.traceparent,
            )

        return observe

    def of_rollback(self, rollback: RollBackService, now: int) -> Observe:
        """Where a rollback goes, and whether that image is still there."""

        async def observe(record: Record) -> Event:
            operation = named(rollback.event)
            before = record.desired.previous if record.desired is not None else None
            target = record.builds.get(rollback.to or before or "")
            digest = None
            if target is not None and target.image is not None:
                digest = await self.registry.digest(target.image)
            return RollbackRequested(
                request_id=operation,
                key=key_of(rollback.event.time, now, operation),
                now=now,
                target=target.id if target is not None else None,
                digest=digest,
                correlation_id=rollback.correlation_id,
                traceparent=rollback.event.traceparent,
            )

        return observe


def _reason(said: str | None) -> Reason:
    known = {reason.value: reason for reason in Reason}
    return known.get(said or "", Reason.BUILD_EXIT)
