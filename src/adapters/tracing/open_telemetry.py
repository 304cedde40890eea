"""Traces by OpenTelemetry, sent over HTTP to a collector. Imported only where there is one."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final, Self, TypeVar

import attrs
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from knative_lambda.adapters.tracing.collector import Collector
from knative_lambda.adapters.tracing.step import CURRENT, Step, traceparent
from knative_lambda.adapters.wrapped import wrapped
from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.intake import named_function
from knative_lambda.domain.redaction import redacted
from knative_lambda.ports.job_runner import JobSpec
from knative_lambda.ports.tracing import Tracing

Port = TypeVar("Port")

_W3C: Final = TraceContextTextMapPropagator()


@attrs.frozen
class OpenTelemetryTracing(Tracing):
    """Spans are sent in batches, beside what is done; of a full queue, new ones are dropped.

    Attributes:
        provider: Says whose spans they are, which traces are kept, and what ids there are.
        processor: Is given each span that is over.
    """

    provider: TracerProvider
    processor: SpanProcessor

    @classmethod
    def to_collector(cls, service: str) -> Self:
        """To the collector that OpenTelemetry's own variables name, as *service*."""
        return cls.by(BatchSpanProcessor(Collector.from_env()), service)

    @classmethod
    def by(cls, processor: SpanProcessor, service: str) -> Self:
        """Spans go to *processor*; OTEL_SERVICE_NAME, where it is set, names the service."""
        resource = Resource({SERVICE_NAME: service}).merge(OTELResourceDetector().detect())
        return cls(TracerProvider(resource=resource, shutdown_on_exit=False), processor)

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
        elsewhere = _context(event.traceparent, event.tracestate)
        return self._first(name, SpanKind.CONSUMER, elsewhere, said)

    def over(self, name: str, port: Port, *steps: str) -> Port:
        """See the port."""
        return wrapped(name, port, self._around, frozenset(steps))

    @contextmanager
    def ran(self, name: str, parent: str | None, started: int, ended: int) -> Iterator[None]:
        """See the port."""
        step = self._first(name, SpanKind.INTERNAL, _context(parent, None), {})
        step.tell(started, ended)
        before = CURRENT.set(step.own)
        try:
            yield
        finally:
            CURRENT.reset(before)

    async def close(self) -> None:
        """See the port."""
        await asyncio.to_thread(self.processor.shutdown)

    async def _around(
        self, call: str, operation: Callable[..., Awaitable[Any]], *given: Any, **named: Any
    ) -> Any:
        parent = CURRENT.get()
        if parent is None:
            return await operation(*given, **named)
        own = SpanContext(
            parent.trace_id,
            self.provider.id_generator.generate_span_id(),
            is_remote=False,
            trace_flags=parent.trace_flags,
            trace_state=parent.trace_state,
        )
        said: dict[str, str] = {}
        with self._step(call, SpanKind.INTERNAL, own, parent, said):
            return await operation(*(_carrying(one, own, said) for one in given), **named)

    def _first(self, name: str, kind: SpanKind, elsewhere: Context, said: dict[str, str]) -> Step:
        """A step whose parent is *elsewhere*, if it has one; of its trace, all are kept or none."""
        parent: SpanContext | None = trace.get_current_span(elsewhere).get_span_context()
        ids = self.provider.id_generator
        if parent is not None and parent.is_valid:
            trace_id = parent.trace_id
        else:
            parent, trace_id = None, ids.generate_trace_id()
        sampled = self.provider.sampler.should_sample(elsewhere, trace_id, name, kind)
        kept = sampled.decision is Decision.RECORD_AND_SAMPLE
        flags = TraceFlags(TraceFlags.SAMPLED if kept else TraceFlags.DEFAULT)
        own = SpanContext(
            trace_id,
            ids.generate_span_id(),
            is_remote=False,
            trace_flags=flags,
            trace_state=sampled.trace_state,
        )
        return self._step(name, kind, own, parent, said)

    def _step(
        self,
        name: str,
        kind: SpanKind,
        own: SpanContext,
        parent: SpanContext | None,
        said: dict[str, str],
    ) -> Step:
        return Step(name, kind, own, parent, said, self.provider.resource, self.processor)


def _context(traceparent: str | None, tracestate: str | None) -> Context:
    """Empty, which begins a new trace, if there is no *traceparent*."""
    known = {"traceparent": traceparent, "tracestate": tracestate}
    carrier = {name: value for name, value in known.items() if value is not None}
    return _W3C.extract(carrier, Context())


def _carrying(one: object, step: SpanContext, said: dict[str, str]) -> object:
    """*one*, with *step* as its parent if it can have one."""
    if isinstance(one, Announcement):
        said["cloudevents.event_type"] = one.type
    elif not isinstance(one, JobSpec):
        return one
    return attrs.evolve(one, traceparent=traceparent(step))
