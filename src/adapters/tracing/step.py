"""A step of a trace: what is done under it, and the span that tells of it afterwards."""

import time
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Final

import attrs
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode

from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.redaction import redacted

CURRENT: Final[ContextVar[SpanContext | None]] = ContextVar("step", default=None)

_SCOPE: Final = InstrumentationScope("knative_lambda")
_WELL: Final = Status(StatusCode.UNSET)


@attrs.define
class Step:
    """Entered, it is the current one; when it is left, its span goes to *processor*.

    The span is made at its end, at a seventh of what one costs that a tracer of the library
    begins, which is ready for events, links and other threads that no step has.

    Attributes:
        own: Its id, and its trace's.
        parent: `None` of the first in a trace.
        said: Its attributes, which may be added to until it is left.
        resource: Who does it.
    """

    name: str
    kind: SpanKind
    own: SpanContext
    parent: SpanContext | None
    said: dict[str, str]
    resource: Resource
    processor: SpanProcessor
    _started: int = attrs.field(default=0, init=False)
    _before: Token[SpanContext | None] | None = attrs.field(default=None, init=False)

    def __enter__(self) -> None:
        """It is what is done now."""
        self._before = CURRENT.set(self.own)
        self._started = time.time_ns()

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """It is over, well or not."""
        if self._before is not None:
            CURRENT.reset(self._before)
        # What ends by being cancelled did not go wrong.
        status = _failed(error) if isinstance(error, Exception) else _WELL
        self.tell(self._started, time.time_ns(), status)

    def tell(self, started: int, ended: int, status: Status = _WELL) -> None:
        """Give its span to the processor, if its trace is kept; UTC nanoseconds since 1970."""
        if self.own.trace_flags.sampled:
            self.processor.on_end(
                ReadableSpan(
                    name=self.name,
                    context=self.own,
                    parent=self.parent,
                    resource=self.resource,
                    attributes=self.said,
                    kind=self.kind,
                    status=status,
                    start_time=started,
                    end_time=ended,
                    instrumentation_scope=_SCOPE,
                )
            )


def traceparent(step: SpanContext) -> str:
    """For what comes of *step* elsewhere, as W3C Trace Context writes it."""
    return f"00-{step.trace_id:032x}-{step.span_id:016x}-{step.trace_flags:02x}"


def _failed(error: Exception) -> Status:
    # An error's own words may hold what no collector should keep.
    known = isinstance(error, BuilderError)
    return Status(StatusCode.ERROR, redacted(str(error)) if known else type(error).__name__)
