"""The same as `consumer`, without metrics, which no setting takes away."""

from collections.abc import Mapping
from typing import Any

from knative_lambda.adapters.prometheus import calls
from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
from knative_lambda.adapters.prometheus.packer import WeighedContexts
from knative_lambda.domain.changes import Changes
from knative_lambda.domain.limit import Limit
from knative_lambda.ports.metrics import Metrics, Settled


class Uncounted(Metrics):
    """Nothing is counted."""

    def settled(self, settled: Settled) -> None:
        """Not counted."""

    def unnamed(self) -> None:
        """Not counted."""

    def held_back(self, tenant: str, limit: Limit) -> None:
        """Not counted."""

    def changed(self, tenant: str, changes: Changes) -> None:
        """Not counted."""

    def active(self, builds: Mapping[str, int]) -> None:
        """Not noted."""

    def found(self, what: str, count: int) -> None:
        """Not counted."""

    def functions(self, *, ready: int, unready: int) -> None:
        """Not noted."""

    def swept(self, *, complete: bool, took: float) -> None:
        """Not counted."""

    def broker(self, *, connected: bool) -> None:
        """Not noted."""

    def waiting(self, queue: str, messages: int) -> None:
        """Not noted."""


def _unmeasured(name: str, inner: Any, metrics: PrometheusMetrics) -> Any:  # noqa: ARG001 - in place of `measured`
    return inner.inner if isinstance(inner, WeighedContexts) else inner


if __name__ == "__main__":
    calls.measured = _unmeasured
    from benchmarks.inside import consumer

    consumer.main(Uncounted())
