"""By which way a sidecar's events go; what is imported for the other is not imported."""

from contextlib import AsyncExitStack

from knative_lambda.ports.event_publisher import EventPublisher
from knative_lambda.sidecar.settings import SidecarSettings


def publisher(settings: SidecarSettings, stack: AsyncExitStack) -> EventPublisher:
    """One whose connections are opened when they are needed, and end with *stack*."""
    return (
        _to_sink(settings, stack) if settings.publisher == "http" else _to_broker(settings, stack)
    )


def _to_sink(settings: SidecarSettings, stack: AsyncExitStack) -> EventPublisher:
    from knative_lambda.adapters.http.sink import HttpEventPublisher, Sink  # noqa: PLC0415 - see above

    sink = Sink(settings.sink)
    stack.push_async_callback(sink.close)
    return HttpEventPublisher(sink)


def _to_broker(settings: SidecarSettings, stack: AsyncExitStack) -> EventPublisher:
    from knative_lambda.entrypoints.sidecar_broker import broker  # noqa: PLC0415 - see above

    link, made = broker(settings)
    stack.push_async_callback(link.close)
    return made
