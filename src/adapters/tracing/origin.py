"""Where a trace comes from, and whether it is kept."""

import re
from random import getrandbits
from typing import Final, Self

import attrs
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import Decision, ParentBased, Sampler
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags, TraceState

from knative_lambda.adapters.tracing.step import CONSUMER, INTERNAL, Trace

_TRACEPARENT: Final = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})"
)
_ID_BITS: Final = 128
_SAMPLED: Final = 1  # among a trace's flags
_KINDS: Final = {CONSUMER: SpanKind.CONSUMER, INTERNAL: SpanKind.INTERNAL}


@attrs.frozen
class Origin:
    """A trace, and the id of the step elsewhere that goes on here; empty if it begins here."""

    trace: Trace
    parent: str


@attrs.frozen
class Sampling:
    """Says of each trace whether it is kept, as OpenTelemetry's own variables have it.

    Attributes:
        sampler: The library's.
    """

    sampler: Sampler

    @classmethod
    def from_env(cls) -> Self:
        """The library makes the one that is asked for, for a provider alone."""
        return cls(TracerProvider(shutdown_on_exit=False).sampler)

    def origin(self, name: str, kind: int, traceparent: str | None, state: str | None) -> Origin:
        """Of a first step of that *name* and *kind*; a new trace, if none is named.

        Args:
            traceparent: As W3C Trace Context has it.
            state: Its `tracestate`.
        """
        said = _TRACEPARENT.fullmatch(traceparent or "")
        trace_id, parent, flags = said.groups() if said is not None else ("", "", "0")
        if parent and isinstance(self.sampler, ParentBased):
            # The parent has decided; to ask the sampler takes as long as five steps.
            return Origin(Trace(trace_id, bool(int(flags, 16) & _SAMPLED), state or ""), parent)
        number = int(trace_id, 16) if parent else getrandbits(_ID_BITS) or 1
        context = _context(number, int(parent, 16), int(flags, 16), state) if parent else Context()
        sampled = self.sampler.should_sample(context, number, name, _KINDS[kind])
        left = sampled.trace_state.to_header() if sampled.trace_state else ""
        kept = sampled.decision is Decision.RECORD_AND_SAMPLE
        return Origin(Trace(f"{number:032x}", kept, left), parent)


def _context(trace_id: int, parent: int, flags: int, state: str | None) -> Context:
    """Of a step elsewhere, as a sampler wants it."""
    told = TraceState.from_header([state]) if state else None
    step = SpanContext(
        trace_id, parent, is_remote=True, trace_flags=TraceFlags(flags), trace_state=told
    )
    return trace.set_span_in_context(trace.NonRecordingSpan(step), Context())
