"""Traces by OpenTelemetry, sent over HTTP to a collector. Imported only where there is one."""

import asyncio
import re
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
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags, TraceState

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

_TRACEPARENT: Final = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_ID_BITS: Final = 128
_HANDED_ON: Final = (Announcement, JobSpec)  # as a tuple, which is asked for quicker
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

    def _first(
        self, name: str, kind: int, elsewhere: tuple[str | None, str | None], said: dict[str, str]
    ) -> Step:
        """A step whose parent is *elsewhere*, if it has one; of its trace, all are kept or none.

        Args:
            elsewhere: W3C's `traceparent` and `tracestate`.
        """
        parent = _parent(*elsewhere)
        trace_id = parent.trace_id if parent is not None else getrandbits(_ID_BITS) or 1
        context = Context()
        if parent is not None:
            context = trace.set_span_in_context(trace.NonRecordingSpan(parent), context)
        sampled = self.sampler.should_sample(context, trace_id, name, _KINDS[kind])
        state = sampled.trace_state.to_header() if sampled.trace_state else ""
        kept = sampled.decision is Decision.RECORD_AND_SAMPLE
        before = f"{parent.span_id:016x}" if parent is not None else ""
        return Step(name, kind, Trace(f"{trace_id:032x}", kept, state), before, self.told, said)


def named_service(name: str) -> Mapping[str, str]:
    """Who *name* is, as OpenTelemetry has it; OTEL_SERVICE_NAME, where it is set, counts."""
    resource = Resource({SERVICE_NAME: name}).merge(OTELResourceDetector().detect())
    return {key: str(value) for key, value in resource.attributes.items()}


def _parent(traceparent: str | None, tracestate: str | None) -> SpanContext | None:
    """A step elsewhere; `None` if they name none, as W3C Trace Context has it."""
    said = _TRACEPARENT.fullmatch(traceparent or "")
    if said is None:
        return None
    state = TraceState.from_header([tracestate]) if tracestate else TraceState()
    trace_id, span_id, flags = (int(digits, 16) for digits in said.groups())
    parent = SpanContext(trace_id, span_id, True, TraceFlags(flags), state)  # noqa: FBT003 - remote
    return parent if parent.is_valid else None


def _carrying(one: Announcement | JobSpec, step: Step) -> Announcement | JobSpec:
    """*one*, with *step* as its parent."""
    if isinstance(one, Announcement):
        step.said["cloudevents.event_type"] = one.type
    return attrs.evolve(one, traceparent=step.traceparent)
