"""Traces by OpenTelemetry, sent over HTTP to a collector. Imported only where there is one."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from random import getrandbits
from typing import Any, Final, Self, TypeVar

import attrs
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import Decision, Sampler
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from knative_lambda.adapters.tracing.batches import Batches
from knative_lambda.adapters.tracing.collector import Collector
from knative_lambda.adapters.tracing.step import CONSUMER, CURRENT, INTERNAL, Step, Trace
from knative_lambda.adapters.wrapped import Operation, wrapped
from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.intake import named_function
from knative_lambda.domain.redaction import redacted
from knative_lambda.ports.job_runner import JobSpec
from knative_lambda.ports.tracing import Tracing

Port = TypeVar("Port")

_W3C: Final = TraceContextTextMapPropagator()
_ID_BITS: Final = 128
_KINDS: Final = {CONSUMER: SpanKind.CONSUMER, INTERNAL: SpanKind.INTERNAL}


def _nothing() -> None:
    return


@attrs.frozen
class OpenTelemetryTracing(Tracing):
    """Steps are sent beside what is done.

    Attributes:
        told: Is given each step that is over, if its trace is kept.
        end: Sends what is not yet sent, within seconds.
        sampler: Says which traces are kept.
    """

    told: Callable[[Step], None]
    end: Callable[[], None] = _nothing
    # The library makes the one that its variables name for a provider alone.
    sampler: Sampler = attrs.field(
        factory=lambda: TracerProvider(shutdown_on_exit=False).sampler, init=False
    )

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
        return self._first(name, CONSUMER, (event.traceparent, event.tracestate), said)

    def over(self, name: str, port: Port, *steps: str) -> Port:
        """See the port."""
        return wrapped(name, port, self._around, frozenset(steps))

    @contextmanager
    def ran(self, name: str, parent: str | None, started: int, ended: int) -> Iterator[None]:
        """See the port."""
        step = self._first(name, INTERNAL, (parent, None), {})
        step.over(started, ended)
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
                if given and isinstance(given[0], Announcement | JobSpec):
                    given = (_carrying(given[0], own), *given[1:])
                return await operation(*given, **named)

        return step

    def _first(
        self, name: str, kind: int, elsewhere: tuple[str | None, str | None], said: dict[str, str]
    ) -> Step:
        """A step whose parent is *elsewhere*, if it has one; of its trace, all are kept or none.

        Args:
            elsewhere: W3C's `traceparent` and `tracestate`.
        """
        context = _context(*elsewhere)
        parent = trace.get_current_span(context).get_span_context()
        trace_id = parent.trace_id if parent.is_valid else getrandbits(_ID_BITS) or 1
        sampled = self.sampler.should_sample(context, trace_id, name, _KINDS[kind])
        state = sampled.trace_state.to_header() if sampled.trace_state else ""
        kept = sampled.decision is Decision.RECORD_AND_SAMPLE
        before = f"{parent.span_id:016x}" if parent.is_valid else ""
        return Step(name, kind, Trace(f"{trace_id:032x}", kept, state), before, self.told, said)


def named_service(name: str) -> Mapping[str, str]:
    """Who *name* is, as OpenTelemetry has it; OTEL_SERVICE_NAME, where it is set, counts."""
    resource = Resource({SERVICE_NAME: name}).merge(OTELResourceDetector().detect())
    return {key: str(value) for key, value in resource.attributes.items()}


def _context(traceparent: str | None, tracestate: str | None) -> Context:
    """Empty, which begins a new trace, if there is no *traceparent*."""
    known = {"traceparent": traceparent, "tracestate": tracestate}
    carrier = {name: value for name, value in known.items() if value is not None}
    return _W3C.extract(carrier, Context())


def _carrying(one: Announcement | JobSpec, step: Step) -> Announcement | JobSpec:
    """*one*, with *step* as its parent."""
    if isinstance(one, Announcement):
        step.said["cloudevents.event_type"] = one.type
    return attrs.evolve(one, traceparent=step.traceparent)
