"""Traces that go to a collector; nothing of OpenTelemetry is imported where there is none."""

from knative_lambda.ports.tracing import Tracing


def collected(service: str) -> Tracing:
    """Those of *service*, to the collector that OpenTelemetry's own variables name."""
    from knative_lambda.adapters.tracing.open_telemetry import (  # noqa: PLC0415 - takes a while
        OpenTelemetryTracing,
    )

    return OpenTelemetryTracing.to_collector(service)
