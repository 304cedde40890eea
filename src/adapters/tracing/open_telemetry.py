"""Traces by OpenTelemetry, sent over HTTP to a collector. Imported only where there is one."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final, Self, TypeVar

import attrs
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource

from knative_lambda.adapters.tracing.batches import Batches
from knative_lambda.adapters.tracing.collector import Collector
from knative_lambda.adapters.tracing.origin import Sampling
from knative_lambda.adapters.tracing.step import CONSUMER, CURRENT, INTERNAL, Step
from knative_lambda.adapters.wrapped import Operation, wrapped
from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.intake import named_function
from knative_lambda.domain.redaction import redacted
from knative_lambda.ports.job_runner import JobSpec
from knative_lambda.ports.tracing import Tracing

Port = TypeVar("Port")

_HANDED_ON: Final = (Announcement, JobSpec)  # as a tuple, which is asked for quicker


def _nothing() -> None:
    return


@attrs.frozen
class OpenTelemetryTracing(Tracing):
    """Steps are sent beside what is done.

    Attributes:
        told: Is given each step that is over, if its trace is kept.
        end: Sends what is not yet sent, within seconds.
        sampling: Says which traces are kept.
    """

    told: Callable[[Step], None]
    end: Callable[[], None] = _nothing
    sampling: Sampling = attrs.field(factory=Sampling.from_env, init=False)

    @classmethod
    def to_collector(cls, service: str) -> Self:
        """To the collector that OpenTelemetry's own variables name, as *service*."""
        collector = Collector.from_env(named_service(service))
        batches = Batches.from_env(collector.send)

        def end() -> None:
            batches.close()
            collector.close()

        return cls(batches.take, end)

    def handling(self, event: CloudEvent) -> AbstractContextManager[None]:
        """A consumer's span, whose parent the event names."""
        function = named_function(event)
        said = {
            "cloudevents.event_id": redacted(event.id),
            "cloudevents.event_type": event.type,
            "klb.third_party_id": function.third_party_id if function is not None else "",
            "klb.parser_id": function.parser_id if function is not None else "",
        }
        name = f"process {event.type.removeprefix(PREFIX)}"
        origin = self.sampling.origin(name, CONSUMER, event.traceparent, event.tracestate)
        return Step(name, CONSUMER, origin.trace, origin.parent, self.told, said)

    def over(self, name: str, port: Port, *steps: str) -> Port:
        """See the port."""
        return wrapped(name, port, self._around, frozenset(steps))

    @contextmanager
    def ran(self, name: str, parent: str | None, started: int, ended: int) -> Iterator[None]:
        """See the port."""
        origin = self.sampling.origin(name, INTERNAL, parent, None)
        step = Step(name, INTERNAL, origin.trace, origin.parent, self.told)
        step.started, step.ended = started, ended
        step.tell()
        before = CURRENT.set(step)
        try:
            yield
        finally:
            CURRENT.reset(before)

    async def close(self) -> None:
        """See the port."""
        await asyncio.to_thread(self.end)

    def _around(self, call: str, operation: Operation) -> Operation:
        told = self.told

        async def step(*given: Any, **named: Any) -> Any:
            parent = CURRENT.get()
            if parent is None:
                return await operation(*given, **named)
            own = Step(call, INTERNAL, parent.trace, parent.id, told)
            with own:
                if given and isinstance(given[0], _HANDED_ON):
                    given = (_carrying(given[0], own), *given[1:])
                return await operation(*given, **named)

        return step


def named_service(name: str) -> Mapping[str, str]:
    """Who *name* is, as OpenTelemetry has it; OTEL_SERVICE_NAME, where it is set, counts."""
    resource = Resource({SERVICE_NAME: name}).merge(OTELResourceDetector().detect())
    return {key: str(value) for key, value in resource.attributes.items()}


def _carrying(one: Announcement | JobSpec, step: Step) -> Announcement | JobSpec:
    """*one*, with *step* as its parent."""
    if isinstance(one, Announcement):
        step.said["cloudevents.event_type"] = one.type
    return attrs.evolve(one, traceparent=step.traceparent)
