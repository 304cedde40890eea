"""What a delivered event asks of the service, once read: a closed union of values."""

from collections.abc import Mapping
from enum import Enum

import attrs

from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.request import BuildRequest


@attrs.frozen
class StartBuild:
    """`build.start`."""

    function: FunctionId
    event: CloudEvent
    request: BuildRequest


class OutcomeKind(Enum):
    """Which of the four outcome events came in."""

    COMPLETE = "complete"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


@attrs.frozen(kw_only=True)
class HearOutcome:
    """`build.complete`, `build.failed`, `build.cancelled` or `build.superseded`.

    Attributes:
        build_id: `None` when an outside builder names none.
        image_uri: What the sender says was pushed.
        requested_at: Of the build's request, nanoseconds since 1970, if the sender says.
        data: All of it, for its signature.
    """

    function: FunctionId
    event: CloudEvent
    kind: OutcomeKind
    build_id: str | None
    image_uri: str | None
    reason: str | None
    detail: str
    correlation_id: str | None
    requested_at: int | None
    data: Mapping[str, object] = attrs.field(repr=False)


@attrs.frozen
class CancelBuild:
    """`build.cancel`: names a build by its id or by its Job."""

    function: FunctionId
    event: CloudEvent
    build_id: str | None
    job_name: str | None
    correlation_id: str | None


@attrs.frozen
class DeleteService:
    """`service.delete`."""

    function: FunctionId
    event: CloudEvent
    reason: str
    correlation_id: str | None


@attrs.frozen
class RollBackService:
    """`service.rollback`; *to* is a build id, `None` for the build deployed before."""

    function: FunctionId
    event: CloudEvent
    to: str | None
    correlation_id: str | None


@attrs.frozen
class ReconcileBuild:
    """The API server says that a Job of ours changed: look at that one build now."""

    function: FunctionId
    event: CloudEvent
    build_id: str


@attrs.frozen
class Ignore:
    """An event about something that is not ours."""

    event: CloudEvent


Incoming = (
    StartBuild
    | HearOutcome
    | CancelBuild
    | DeleteService
    | RollBackService
    | ReconcileBuild
    | Ignore
)
