"""Steps as OTLP writes spans in JSON: ids in hex digits, numbers of 64 bits as texts.

Source: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from knative_lambda.adapters.tracing.step import Step

_SCOPE: Final = {"name": "knative_lambda"}
_SAMPLED: Final = 1
_FAILED: Final = 2


def encoded(steps: Sequence[Step], service: Mapping[str, str]) -> bytes:
    """A request of *steps*, all of them done by *service*, which its attributes tell of."""
    scope = {"scope": _SCOPE, "spans": [_span(step) for step in steps]}
    resource = {"attributes": _attributes(service)}
    return orjson.dumps({"resourceSpans": [{"resource": resource, "scopeSpans": [scope]}]})


def _span(step: Step) -> Mapping[str, Any]:
    span: dict[str, Any] = {
        "traceId": step.trace.id,
        "spanId": step.id,
        "parentSpanId": step.parent,
        "flags": _SAMPLED,
        "name": step.name,
        "kind": step.kind,
        "startTimeUnixNano": str(step.started),
        "endTimeUnixNano": str(step.ended),
    }
    if step.trace.state:
        span["traceState"] = step.trace.state
    if step.said:
        span["attributes"] = _attributes(step.said)
    if step.fault is not None:
        span["status"] = {"code": _FAILED, "message": step.fault}
    return span


def _attributes(given: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    return [{"key": name, "value": {"stringValue": value}} for name, value in given.items()]
