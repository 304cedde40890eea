"""Traces by OpenTelemetry, sent over HTTP to a collector. Imported only where there is one."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, Self, TypeVar

import attrs
from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from knative_lambda.adapters.wrapped import wrapped
from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.intake import named_function
from knative_lambda.domain.redaction import redacted
from knative_lambda.ports.job_runner import JobSpec
from knative_lambda.ports.tracing import Tracing

Port = TypeVar("Port")

_PATIENCE: Final = 5  # seconds that a collector has for an answer
_W3C: Final = TraceContextTextMapPropagator()


@attrs.frozen
class OpenTelemetryTracing(Tracing):
    """Spans are sent in batches, beside what is done; of a full queue, new ones are dropped."""

    provider: TracerProvider
    _tracer: trace.Tracer = attrs.field(init=False)

    @_tracer.default
    def _of_provider(self) -> trace.Tracer:
        return self.provider.get_tracer("knative_lambda")

    @classmethod
    def to_collector(cls, service: str) -> Self:
        """To the collector that OpenTelemetry's own variables name, as *service*."""
        return cls.by(BatchSpanProcessor(OTLPSpanExporter(timeout=_PATIENCE)), service)

    @classmethod
    def by(cls, processor: SpanProcessor, service: str) -> Self:
        """Spans go to *processor*; OTEL_SERVICE_NAME, where it is set, names the service."""
        resource = Resource({SERVICE_NAME: service}).merge(OTELResourceDetector().detect())
        provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        provider.add_span_processor(processor)
        return cls(provider)

    @contextmanager
    def handling(self, event: CloudEvent) -> Iterator[None]:
        """A consumer's span, whose parent the event names."""
        function = named_function(event)
        said = {
            "cloudevents.event_id": redacted(event.id),
            "cloudevents.event_type": event.type,
            "klb.third_party_id": function.third_party_id if function is not None else "",
            "klb.parser_id": function.parser_id if function is not None else "",
        }
        parent = _context(event.traceparent, event.tracestate)
        name = f"process {event.type.removeprefix(PREFIX)}"
        with self._step(name, SpanKind.CONSUMER, parent) as span:
            span.set_attributes(said)
            yield

    def over(self, name: str, port: Port, *steps: str) -> Port:
        """See the port."""
        calls = frozenset(f"{name}.{step}" for step in steps)
        return wrapped(name, port, partial(self._around, calls))

    @contextmanager
    def ran(self, name: str, parent: str | None, started: int, ended: int) -> Iterator[None]:
        """See the port."""
        span = self._tracer.start_span(name, _context(parent, None), start_time=started)
        span.end(ended)
        with trace.use_span(span, end_on_exit=False, record_exception=False):
            yield

    async def close(self) -> None:
        """See the port."""
        await asyncio.to_thread(self.provider.shutdown)

    async def _around(
        self,
        steps: frozenset[str],
        call: str,
        operation: Callable[..., Awaitable[Any]],
        *given: Any,
        **named: Any,
    ) -> Any:
        if call not in steps or not trace.get_current_span().get_span_context().is_valid:
            return await operation(*given, **named)
        with self._step(call, SpanKind.INTERNAL) as span:
            return await operation(*(_carrying(one, span) for one in given), **named)

    @contextmanager
    def _step(self, name: str, kind: SpanKind, parent: Context | None = None) -> Iterator[Span]:
        # By hand: the library's own way to have a current span costs as much as the span again.
        span = self._tracer.start_span(name, parent, kind)
        token = attach(trace.set_span_in_context(span))
        try:
            yield span
        except Exception as error:
            # An error's own words may hold what no collector should keep.
            known = isinstance(error, BuilderError)
            words = redacted(str(error)) if known else type(error).__name__
            span.set_status(Status(StatusCode.ERROR, words))
            raise
        finally:
            detach(token)
            span.end()


def _context(traceparent: str | None, tracestate: str | None) -> Context:
    """Empty, which begins a new trace, if there is no *traceparent*."""
    known = {"traceparent": traceparent, "tracestate": tracestate}
    carrier = {name: value for name, value in known.items() if value is not None}
    return _W3C.extract(carrier, Context())


def _carrying(one: object, span: Span) -> object:
    """*one*, with *span* as its parent if it can have one."""
    if not isinstance(one, Announcement | JobSpec):
        return one
    if isinstance(one, Announcement):
        span.set_attribute("cloudevents.event_type", one.type)
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return attrs.evolve(one, traceparent=carrier["traceparent"])
