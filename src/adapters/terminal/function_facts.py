"""All that is known of a function, as values that JSON has."""

from knative_lambda.adapters.terminal.build_facts import build_facts
from knative_lambda.domain import names
from knative_lambda.domain.instants import format_instant
from knative_lambda.domain.record import Desired, Operation
from knative_lambda.ports.function_view import FunctionView
from knative_lambda.ports.trigger_sight import SeenTrigger


def summary(view: FunctionView, now: int) -> dict[str, object]:
    """One function of a list, as of *now* (UTC nanoseconds since 1970)."""
    newest = view.newest
    return {
        **_head(view),
        "newest": build_facts(view.record, newest, now) if newest is not None else None,
    }


def facts(view: FunctionView, now: int) -> dict[str, object]:
    """Everything, as of *now*; the oldest request first."""
    operations = sorted(view.record.operations.values(), key=lambda each: each.key)
    return {
        **_head(view),
        "triggers": None if view.triggers is None else [_trigger(each) for each in view.triggers],
        "builds": [build_facts(view.record, build, now) for build in view.builds],
        "operations": [_operation(each) for each in operations],
    }


def _head(view: FunctionView) -> dict[str, object]:
    function, serving = view.record.function, view.serving
    return {
        "third_party_id": function.third_party_id,
        "parser_id": function.parser_id,
        "service": names.service(function),
        "desired": _desired(view.record.desired),
        "ready": serving.ready if serving is not None else None,
        "url": serving.url if serving is not None else None,
        "message": (serving.message or None) if serving is not None else None,
    }


def _desired(desired: Desired | None) -> dict[str, object] | None:
    if desired is None:
        return None
    return {
        "kind": desired.kind.value,
        "since": format_instant(desired.key.at),
        "by": desired.by,
        "build_id": desired.build,
        "image_uri": desired.image,
        "image_digest": desired.digest,
        "previous": desired.previous,
    }


def _trigger(trigger: SeenTrigger) -> dict[str, object]:
    return {
        "name": trigger.name,
        "attributes": dict(trigger.attributes),
        "ready": trigger.ready,
        "message": trigger.message or None,
    }


def _operation(operation: Operation) -> dict[str, object]:
    return {
        "request_id": operation.id,
        "kind": operation.kind.value,
        "requested_at": format_instant(operation.key.at),
        "handled_at": format_instant(operation.handled_at),
        "effective": operation.effective,
        "build_id": operation.target,
        "reason": operation.reason or None,
        "correlation_id": operation.correlation_id,
    }
