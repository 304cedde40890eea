"""The events we publish, rendered from the record alone: a repeat has the same bytes."""

from collections.abc import Mapping
from typing import Final

import attrs

from knative_lambda.domain import names
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.instants import format_duration, format_instant
from knative_lambda.domain.record import (
    Build,
    Desired,
    Operation,
    OperationKind,
    Outcome,
    Phase,
    Record,
    Served,
)
from knative_lambda.domain.rejection import Rejection

LONGEST_DETAIL: Final = 2000  # characters; who reads it refuses more
PUBLISHED: Final = frozenset(
    PREFIX + kind
    for kind in (
        "build.started",
        "build.complete",
        "build.failed",
        "build.cancelled",
        "build.superseded",
        "build.rejected",
        "service.created",
        "service.updated",
        "service.superseded",
        "service.deleted",
        "service.rolled_back",
        "service.failed",
    )
)
DEAD_LETTER: Final = f"{PREFIX}dead.letter"


@attrs.frozen(kw_only=True)
class Announcement:
    """A CloudEvent on its way out.

    Attributes:
        time: UTC nanoseconds since 1970.
        data: JSON values.
    """

    id: str
    type: str
    function: FunctionId
    time: int
    data: Mapping[str, object]
    build_id: str | None = None
    correlation_id: str | None = None
    traceparent: str | None = None

    @property
    def source(self) -> str:
        """The CloudEvents `source`: the tenant's."""
        return names.tenant_source(self.function.third_party_id)


def _data(function: FunctionId, **more: object) -> dict[str, object]:
    """The data of every event: the function's ids, and what is known of the rest."""
    known = {name: value for name, value in more.items() if value is not None}
    ids = {"third_party_id": function.third_party_id, "parser_id": function.parser_id}
    return {**ids, **known}


def _of_build(record: Record, build: Build, kind: str, end: str, **more: object) -> Announcement:
    at = build.outcome.ended_at if build.outcome is not None else build.accepted_at
    data = _data(
        record.function,
        build_id=build.id,
        job_name=names.job(record.function, build.id),
        requested_at=format_instant(build.key.at),
        image_uri=build.image,
        correlation_id=build.correlation_id,
        **more,
    )
    return Announcement(
        id=names.event(build.id, end),
        type=PREFIX + kind,
        function=record.function,
        time=at,
        data=data,
        build_id=build.id,
        correlation_id=build.correlation_id,
        traceparent=build.traceparent,
    )


def _strategy(build: Build) -> dict[str, str | None]:
    """How its image is made, and why so."""
    return {
        "build_strategy": build.strategy.value if build.strategy is not None else None,
        "build_strategy_reason": build.strategy_reason or None,
    }


def started(record: Record, build: Build) -> Announcement:
    """`build.started`: the Job is about to be created, or the image was put together."""
    revision = build.content.revision if build.content is not None else None
    told = _of_build(
        record,
        build,
        "build.started",
        "started",
        **_strategy(build),
        source_revision=revision,
        warning=build.warning,
    )
    return attrs.evolve(told, time=build.accepted_at)


_STATUS = {
    Phase.COMPLETE: "success",
    Phase.FAILED: "failed",
    Phase.CANCELLED: "cancelled",
    Phase.SUPERSEDED: "superseded",
}


def outcome(record: Record, build: Build, ended: Outcome) -> Announcement:
    """The one outcome event of *build*; its id says nothing of how it *ended*: rivals collide."""
    told = _of_build(
        record,
        build,
        f"build.{build.phase.value}",
        "outcome",
        status=_STATUS[build.phase],
        duration=format_duration(ended.ended_at - build.accepted_at),
        image_digest=build.digest,
        cached=ended.cached if build.phase is Phase.COMPLETE else None,
        reason=ended.reason.value if ended.reason is not None else None,
        retryable=ended.reason.retryable if ended.reason is not None else None,
        detail=ended.detail[:LONGEST_DETAIL] or None,
        log_url=_log_url(record.function, build, ended),
        superseded_by=ended.by if build.phase is Phase.SUPERSEDED else None,
        **_strategy(build),
        warning=build.warning,
    )
    if build.phase is not Phase.COMPLETE:
        return told
    # Said of every image, also that there is none.
    return attrs.evolve(told, data={**told.data, "sbom": build.sbom})


def _log_url(function: FunctionId, build: Build, ended: Outcome) -> str | None:
    """Where its log is, if it had a Job, which may have sent one.

    Relative to the store, whose name and host are no tenant's business; and the right to read
    there is no part of it.
    """
    if build.content is None or ended.cached:
        return None
    return names.log_key(function, build.id)


def served(record: Record, build: Build) -> Announcement:
    """`service.created`, `.updated` or `.superseded`: what a complete build led to."""
    end = (
        "service.superseded"
        if build.served is Served.SUPERSEDED
        else f"service.{build.served.value}"
    )
    return _of_build(
        record,
        build,
        end,
        end,
        service=names.service(record.function),
        image_digest=build.digest,
    )


_OPERATION_TYPES = {
    OperationKind.DELETE: "service.deleted",
    OperationKind.ROLLBACK: "service.rolled_back",
}


def operated(record: Record, operation: Operation) -> Announcement:
    """`service.deleted` or `service.rolled_back`."""
    kind = _OPERATION_TYPES[operation.kind]
    return Announcement(
        id=names.event(operation.id, kind),
        type=PREFIX + kind,
        function=record.function,
        time=operation.handled_at,
        data=_data(
            record.function,
            service=names.service(record.function),
            build_id=operation.target,
            reason=operation.reason or None,
            correlation_id=operation.correlation_id,
        ),
        build_id=operation.target,
        correlation_id=operation.correlation_id,
        traceparent=operation.traceparent,
    )


def service_failed(function: FunctionId, desired: Desired, detail: str) -> Announcement:
    """`service.failed`: what is *desired* cannot be served."""
    return Announcement(
        id=names.event(desired.by, "service.failed"),
        type=f"{PREFIX}service.failed",
        function=function,
        time=desired.key.at,
        data=_data(
            function, service=names.service(function), build_id=desired.build, detail=detail
        ),
        build_id=desired.build,
    )


def rejected(
    function: FunctionId, request: str, rejection: Rejection, detail: str, at: int
) -> Announcement:
    """`build.rejected`: a start is in the dead-letter queue; it has no outcome yet."""
    data = _data(function, build_id=request, reason=rejection.value, detail=detail)
    return Announcement(
        id=names.event(request, "rejected"),
        type=f"{PREFIX}build.rejected",
        function=function,
        time=at,
        data=data,
        build_id=request,
    )
