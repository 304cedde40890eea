"""By which way a sidecar's events go, which is seen to when there is one to send.

Until then a sidecar waits, perhaps for an hour, beside each build: what it needs at the end alone
takes no memory before.
"""

from collections.abc import Callable
from contextlib import AsyncExitStack

import attrs

from knative_lambda.domain.announcement import Announcement
from knative_lambda.ports.event_publisher import EventPublisher
from knative_lambda.sidecar.settings import SidecarSettings


@attrs.define(eq=False)
class LatePublisher(EventPublisher):
    """Is made with its first event."""

    make: Callable[[], EventPublisher]
    _made: EventPublisher | None = attrs.field(default=None, init=False)

    async def publish(self, announcement: Announcement) -> None:
        """As whatever is made does."""
        self._made = self._made or self.make()
        await self._made.publish(announcement)


def publisher(settings: SidecarSettings, stack: AsyncExitStack) -> EventPublisher:
    """One whose connections end with *stack*."""
    make = _to_sink if settings.publisher == "http" else _to_broker
    return LatePublisher(lambda: make(settings, stack))


def _to_sink(settings: SidecarSettings, stack: AsyncExitStack) -> EventPublisher:
    from knative_lambda.adapters.http.sink import HttpEventPublisher, Sink  # noqa: PLC0415 - late

    sink = Sink(settings.sink)
    stack.push_async_callback(sink.close)
    return HttpEventPublisher(sink)


def _to_broker(settings: SidecarSettings, stack: AsyncExitStack) -> EventPublisher:
    from knative_lambda.entrypoints.sidecar_broker import broker  # noqa: PLC0415 - late

    link, made = broker(settings)
    stack.push_async_callback(link.close)
    return made
