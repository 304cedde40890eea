"""Any port, wrapped so that each of its calls is timed, and counted if it fails."""

import time
from collections.abc import Mapping
from functools import partial
from typing import Any, Final, TypeVar

from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
from knative_lambda.adapters.prometheus.table import CALL_FAILURES, CALL_SECONDS, CALLS
from knative_lambda.adapters.wrapped import Operation, wrapped
from knative_lambda.domain.errors import (
    ConflictError,
    OverLimitError,
    PermanentError,
    SetupError,
    SourceRefusedError,
    TransientError,
)

Port = TypeVar("Port")

_ERRORS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (TransientError, "transient"),
    (ConflictError, "conflict"),
    (OverLimitError, "over_limit"),
    (SourceRefusedError, "source_refused"),
    (PermanentError, "permanent"),
    (SetupError, "setup"),
    (Exception, "bug"),
)


def measured(name: str, inner: Port, metrics: PrometheusMetrics) -> Port:
    """*inner*, of whose calls those are measured that the table has under *name*."""
    calls = CALLS[name]
    meters = {call: _Meter(call, metrics) for call in (f"{name}.{each}" for each in calls)}
    return wrapped(name, inner, partial(_timed, meters), frozenset(calls))


class _Meter:
    """Measures one call."""

    def __init__(self, call: str, metrics: PrometheusMetrics) -> None:
        self.observe = metrics.of(CALL_SECONDS)[(call,)].observe
        failures = metrics.of(CALL_FAILURES)
        self._failures = [(kind, failures[(call, label)]) for kind, label in _ERRORS]

    def failed(self, error: Exception) -> None:
        """Count it by what it is."""
        next(counter for kind, counter in self._failures if isinstance(error, kind)).inc()


def _timed(meters: Mapping[str, _Meter], call: str, operation: Operation) -> Operation:
    """*operation*, measured as *call* from its beginning to its end."""
    meter, clock = meters[call], time.perf_counter
    observe = meter.observe

    async def timed(*given: Any, **named: Any) -> Any:
        began = clock()
        try:
            return await operation(*given, **named)
        except Exception as error:
            meter.failed(error)
            raise
        finally:
            observe(clock() - began)

    return timed
