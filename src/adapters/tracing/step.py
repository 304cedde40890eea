"""A step of a trace: what is done under it, and what is told of it afterwards."""

import time
from collections.abc import Callable
from contextvars import ContextVar, Token
from random import getrandbits
from types import TracebackType
from typing import Final

import attrs

from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.printable import printable
from knative_lambda.domain.redaction import redacted

INTERNAL, CONSUMER = 1, 5  # kinds, as OTLP counts them
_ID_BITS: Final = 64


@attrs.frozen
class Trace:
    """What its steps have in common.

    Attributes:
        id: 32 hex digits.
        kept: Whether anybody wants to know of it.
        state: What other systems say of it (W3C `tracestate`).
    """

    id: str
    kept: bool
    state: str = ""


@attrs.define(eq=False)
class Step:
    """Entered, it is the current one; when it is left, it is told if its trace is kept.

    It is no span of the SDK's, which is ready for events, links and other threads.

    Attributes:
        parent: The id of the step that it is part of; empty for the first of a trace.
        told: Is given it when it is over.
        said: Its attributes, which may be added to until then.
        id: 16 hex digits.
        started: UTC nanoseconds since 1970.
        ended: The same.
        fault: What went wrong, in words that anybody may read.
    """

    name: str
    kind: int
    trace: Trace
    parent: str
    told: Callable[["Step"], None]
    said: dict[str, str] = attrs.field(factory=dict)
    id: str = attrs.field(init=False)
    started: int = 0
    ended: int = 0
    fault: str | None = None
    _before: Token["Step | None"] | None = None

    def __attrs_post_init__(self) -> None:
        self.id = f"{getrandbits(_ID_BITS) or 1:016x}"

    def __enter__(self) -> None:
        """It is what is done now."""
        self._before = CURRENT.set(self)
        self.started = time.time_ns()

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """It is over, well or not."""
        if self._before is not None:
            CURRENT.reset(self._before)
        if isinstance(error, Exception):  # what ends by being cancelled did not go wrong
            self.fault = _words(error)
        self.ended = time.time_ns()
        self.tell()

    def tell(self) -> None:
        """Tell it, if its trace is kept."""
        if self.trace.kept:
            self.told(self)

    @property
    def traceparent(self) -> str:
        """For what comes of it elsewhere, as W3C Trace Context writes it."""
        return f"00-{self.trace.id}-{self.id}-{'01' if self.trace.kept else '00'}"


CURRENT: Final[ContextVar[Step | None]] = ContextVar("step", default=None)


def _words(error: Exception) -> str:
    # An error's own words may hold what no collector should keep.
    known = isinstance(error, BuilderError)
    return printable(redacted(str(error))) if known else type(error).__name__
