"""What a sidecar tells of the trace that its build is a part of."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from knative_lambda.adapters.memory.untraced import Untraced
from knative_lambda.domain.pod import KANIKO, ContainerStatus
from knative_lambda.entrypoints.tracing import collected
from knative_lambda.ports.tracing import Tracing
from knative_lambda.sidecar.settings import SidecarSettings
from knative_lambda.sidecar.watching import End


def tracing(settings: SidecarSettings) -> Tracing:
    """As its Job says."""
    return collected("knative-lambda-sidecar") if settings.collector else Untraced()


def traced(
    trace: Tracing, settings: SidecarSettings, now: Callable[[], int]
) -> Callable[[End], AbstractContextManager[None]]:
    """Kaniko's run, by its container's own times; none if it never began."""

    def of(end: End) -> AbstractContextManager[None]:
        containers = end.pod.containers if end.pod is not None else {}
        kaniko = containers.get(KANIKO, ContainerStatus())
        if kaniko.started is None:
            return nullcontext()
        return trace.ran("kaniko", settings.traceparent, kaniko.started, kaniko.ended or now())

    return of
