"""From a CloudEvent to what it asks for: one reader a type, in one table."""

from collections.abc import Callable, Mapping
from typing import Final

from knative_lambda.domain import labels, rules
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.fields import Fields, InvalidRequestError, shown
from knative_lambda.domain.ids import FunctionId, is_id, is_request_id
from knative_lambda.domain.incoming import (
    CancelBuild,
    DeleteService,
    HearOutcome,
    Ignore,
    Incoming,
    OutcomeKind,
    ReconcileBuild,
    RollBackService,
    StartBuild,
)
from knative_lambda.domain.instants import NOT_BEFORE, told_instant
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.request_parsing import parse_build_request, parse_function


def read(event: CloudEvent, default_source: str) -> Incoming:
    """What *event* asks for.

    Args:
        event: As it came in.
        default_source: See `parse_build_request`.

    Raises:
        PermanentError: Of kind unsupported for a type that is not consumed, malformed for data
            that is no object.
        InvalidRequestError: With every problem of the data.
    """
    if event.type == f"{PREFIX}build.start":
        request = parse_build_request(_object(event), default_source)
        return StartBuild(request.function, event, request)
    reader = READERS.get(event.type)
    if reader is None:
        types = ", ".join(sorted(CONSUMED))
        detail = f"type: {shown(event.type)}: is not consumed here; these are: {types}"
        raise PermanentError(Rejection.UNSUPPORTED, detail)
    return reader(event)


def named_function(event: CloudEvent) -> FunctionId | None:
    """The function that *event* names, even if all else in it is wrong."""
    data = event.data if isinstance(event.data, Mapping) else {}
    return _legal_function(data.get("third_party_id"), data.get("parser_id"))


def _legal_function(third_party: object, parser: object) -> FunctionId | None:
    match third_party, parser:
        case str(), str() if is_id(third_party) and is_id(parser):
            return FunctionId(third_party, parser)
        case _:
            return None


def _object(event: CloudEvent) -> Mapping[str, object]:
    if not isinstance(event.data, Mapping):
        detail = f"data: {type(event.data).__name__}: must be a JSON object"
        raise PermanentError(Rejection.MALFORMED, detail)
    return event.data


def _function(fields: Fields) -> FunctionId:
    """The function that *fields* name. Called last: it raises all problems noted so far."""
    function = parse_function(fields)
    if function is None or fields.problems:
        raise InvalidRequestError(fields.problems)
    return function


def _outcome(event: CloudEvent) -> HearOutcome:
    data = _object(event)
    fields = Fields(data, [])
    kind = OutcomeKind(event.type.removeprefix(f"{PREFIX}build."))
    fields.text("job_name", rules.JOB_NAME)
    status = fields.text("status", rules.STATUS)
    if kind is OutcomeKind.COMPLETE and status != "success":
        kind = OutcomeKind.FAILED
    build_id = fields.text("build_id", rules.BUILD_ID)
    image_uri = fields.text("image_uri", rules.IMAGE)
    reason = fields.text("reason", rules.STATUS)
    detail = fields.text("detail", rules.SENTENCE)
    correlation_id = fields.text("correlation_id", rules.CORRELATION_ID)
    requested_at = fields.get("requested_at")
    at = told_instant(requested_at) if isinstance(requested_at, str) else None
    if requested_at is not None and at is None:
        fields.note("requested_at", requested_at, NOT_BEFORE)
    if kind is OutcomeKind.COMPLETE and build_id is None and image_uri is None:
        fields.note("image_uri", None, "required of a completion that names no build")
    return HearOutcome(
        function=_function(fields),
        event=event,
        kind=kind,
        build_id=build_id,
        image_uri=image_uri,
        reason=reason,
        detail=detail or "",
        correlation_id=correlation_id,
        requested_at=at,
        data=data,
    )


def _cancel(event: CloudEvent) -> CancelBuild:
    fields = Fields(_object(event), [])
    build_id = fields.text("build_id", rules.BUILD_ID)
    job_name = fields.text("job_name", rules.JOB_NAME)
    correlation_id = fields.text("correlation_id", rules.CORRELATION_ID)
    if fields.get("build_id") is None and fields.get("job_name") is None:
        fields.note("build_id", None, "required, or job_name: which build is to be cancelled")
    return CancelBuild(_function(fields), event, build_id, job_name, correlation_id)


def _delete(event: CloudEvent) -> DeleteService:
    fields = Fields(_object(event), [])
    reason = fields.text("reason", rules.SENTENCE) or ""
    correlation_id = fields.text("correlation_id", rules.CORRELATION_ID)
    return DeleteService(_function(fields), event, reason, correlation_id)


def _rollback(event: CloudEvent) -> RollBackService:
    fields = Fields(_object(event), [])
    to = fields.text("to", rules.BUILD_ID)
    correlation_id = fields.text("correlation_id", rules.CORRELATION_ID)
    return RollBackService(_function(fields), event, to, correlation_id)


def _job_changed(event: CloudEvent) -> ReconcileBuild | Ignore:
    match event.data:
        case {"kind": "Job", "metadata": {"labels": Mapping() as of_job}}:
            function = _legal_function(of_job.get(labels.THIRD_PARTY), of_job.get(labels.PARSER))
            build_id = of_job.get(labels.BUILD)
        case _:
            return Ignore(event)
    if function is not None and isinstance(build_id, str) and is_request_id(build_id):
        return ReconcileBuild(function, event, build_id)
    return Ignore(event)


READERS: Final[Mapping[str, Callable[[CloudEvent], Incoming]]] = {
    **{f"{PREFIX}build.{kind.value}": _outcome for kind in OutcomeKind},
    f"{PREFIX}build.cancel": _cancel,
    f"{PREFIX}service.delete": _delete,
    f"{PREFIX}service.rollback": _rollback,
    **{
        f"dev.knative.apiserver.resource.{verb}": _job_changed
        for verb in ("add", "update", "delete")
    },
}
CONSUMED: Final = frozenset({f"{PREFIX}build.start", *READERS})
