"""Any port, wrapped so that each of its calls is timed, and counted if it fails."""

import inspect
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, TypeVar, cast

from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
from knative_lambda.adapters.prometheus.table import CALL_FAILURES, CALL_SECONDS, CALLS
from knative_lambda.adapters.wrapped import entered
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


def measured(name: str, port: type, inner: Port, metrics: PrometheusMetrics) -> Port:
    """*inner*, of whose calls those of *port* are measured that the table has under *name*."""
    kind = type(f"Measured{port.__name__}", (_Measured, port), {})
    return cast(Port, kind(name, port, inner, metrics))


class _Measured:
    """Whatever is not measured is the *inner* one's own."""

    def __init__(self, name: str, port: type, inner: Any, metrics: PrometheusMetrics) -> None:
        self.inner = inner
        # What an instance has comes before what its class has of the port.
        for method, function in inspect.getmembers(port, inspect.isfunction):
            if method.startswith("_"):
                continue
            call = getattr(inner, method)
            if method in CALLS[name]:
                meter = _Meter(f"{name}.{method}", metrics)
                around = _called if inspect.iscoroutinefunction(function) else _entered
                call = around(call, meter)
            self.__dict__[method] = call

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class _Meter:
    """Measures one call."""

    def __init__(self, call: str, metrics: PrometheusMetrics) -> None:
        self.observe = metrics.of(CALL_SECONDS)[(call,)].observe
        failures = metrics.of(CALL_FAILURES)
        self._failures = [(kind, failures[(call, label)]) for kind, label in _ERRORS]

    def failed(self, error: Exception) -> None:
        """Count it by what it is."""
        next(counter for kind, counter in self._failures if isinstance(error, kind)).inc()


def _called(call: Callable[..., Any], meter: _Meter) -> Callable[..., Any]:
    """The same *call*, measured from its beginning to its end."""

    async def timed(*given: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return await call(*given, **named)
        except Exception as error:
            meter.failed(error)
            raise
        finally:
            meter.observe(time.perf_counter() - began)

    return timed


def _entered(
    call: Callable[..., AbstractAsyncContextManager[Any]], meter: _Meter
) -> Callable[..., Any]:
    """The same *call*, whose context is measured until it is entered: then its work is done."""

    def timed(*given: Any, **named: Any) -> AbstractAsyncContextManager[Any]:
        return entered(call(*given, **named), lambda enter: _called(enter, meter)())

    return timed
