"""What is counted, kept for Prometheus as the table has it."""

import time
from collections import Counter as Counts
from collections.abc import Callable, Mapping
from typing import Any, Final, assert_never

from prometheus_client import (
    CollectorRegistry,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from knative_lambda.adapters.prometheus import table
from knative_lambda.adapters.prometheus.series import Series
from knative_lambda.adapters.prometheus.table import OTHER, Kind, Metric
from knative_lambda.domain.changes import Changes
from knative_lambda.domain.limit import Limit
from knative_lambda.domain.record import Build, OperationKind, Outcome, Served
from knative_lambda.domain.settlement import Ack, DeadLetter, Retry, SetAside, Settlement
from knative_lambda.ports.metrics import Metrics, Settled

_SECOND: Final = 1_000_000_000
_OPERATED: Final = {OperationKind.DELETE: "deleted", OperationKind.ROLLBACK: "rolled_back"}


class PrometheusMetrics(Metrics):
    """Counts in a registry of its own, together with what the process and its platform tell.

    Args:
        tenants: Those that have series of their own; all others are counted together.
        limits: How much of each is allowed at once.
        now: The time of day, in seconds since 1970.
    """

    def __init__(
        self,
        tenants: tuple[str, ...] = (),
        limits: Mapping[str, int] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        # Otherwise each counter has a second series beside it: when it was made.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the package lacks the type
        self._now, self._registry = now, CollectorRegistry()
        self._labels = {tenant: tenant for tenant in (*tenants, OTHER)}
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._series: dict[str, Series[Any]] = {
            row.name: Series(row, self._registry, tuple(self._labels)) for row in table.TABLE
        }
        for limit, most in (limits or {}).items():
            self.of(table.LIMIT)[(limit,)].set(most)

    def of(self, metric: Metric[Kind]) -> Series[Kind]:
        """The series of that row."""
        return self._series[metric.name]

    def settled(self, settled: Settled) -> None:
        """Count it, its attempts and how long it took."""
        kind, label = (settled.type,), _label(settled.settlement)
        self.of(table.DELIVERIES)[(settled.type, label)].inc()
        self.of(table.ATTEMPTS)[()].observe(settled.attempts)
        self.of(table.HANDLING)[kind].observe(settled.took)
        if settled.repeat:
            self.of(table.REPEATS)[kind].inc()
        if isinstance(settled.settlement, DeadLetter):
            self.of(table.DEAD_LETTERS)[(settled.settlement.rejection.value,)].inc()
        if isinstance(settled.settlement, Ack | DeadLetter):
            self.of(table.AGE)[(label,)].observe(settled.age)

    def unnamed(self) -> None:
        """Count it."""
        self.of(table.WITHOUT_ID)[()].inc()

    def held_back(self, tenant: str, limit: Limit) -> None:
        """Count it."""
        self.of(table.SET_ASIDES)[(limit.value, self._tenant(tenant))].inc()

    def changed(self, tenant: str, changes: Changes) -> None:
        """Count what was let in, what has ended, and what became of the Service."""
        label = self._tenant(tenant)
        if changes.accepted:
            self.of(table.ACCEPTED)[(label,)].inc(changes.accepted)
        for build in changes.settled:
            if build.outcome is not None:
                self._ended(label, build, build.outcome)
        for operation in changes.applied:
            self.of(table.SERVICES)[(_OPERATED[operation.kind],)].inc()

    def _ended(self, tenant: str, build: Build, outcome: Outcome) -> None:
        self.of(table.BUILDS)[(build.phase.value, tenant)].inc()
        if outcome.reason is not None:
            self.of(table.FAILURES)[(outcome.reason.value, tenant)].inc()
        if build.served is not Served.NOT_YET:
            self.of(table.SERVICES)[(build.served.value,)].inc()
        if build.strategy is not None:
            self.of(table.MADE)[(build.strategy.value, build.phase.value)].inc()
        if outcome.cached:
            self.of(table.CACHED)[()].inc()
            return
        took = (outcome.ended_at - build.accepted_at) / _SECOND
        self.of(table.DURATION)[(build.phase.value,)].observe(took)
        if outcome.ran is not None:
            ran = outcome.ran / _SECOND
            self.of(table.RUN)[()].observe(ran)
            # Clocks differ: the node's tells how long Kaniko ran, ours and the sidecar's the rest.
            self.of(table.WAIT)[()].observe(max(0.0, took - ran))

    def active(self, builds: Mapping[str, int]) -> None:
        """Note it; tenants without series of their own are one."""
        counts: Counts[str] = Counts()
        for tenant, count in builds.items():
            counts[self._tenant(tenant)] += count
        for label in self._labels:
            self.of(table.ACTIVE)[(label,)].set(counts[label])

    def found(self, what: str, count: int) -> None:
        """Count it."""
        self.of(table.SWEPT)[(what,)].inc(count)

    def functions(self, *, ready: int, unready: int) -> None:
        """Note it."""
        self.of(table.FUNCTIONS)[("yes",)].set(ready)
        self.of(table.FUNCTIONS)[("no",)].set(unready)

    def swept(self, *, complete: bool, took: float) -> None:
        """Count it, and note when it was."""
        self.of(table.SWEEPS)[("complete" if complete else "incomplete",)].inc()
        self.of(table.SWEEP_SECONDS)[()].observe(took)
        if complete:
            self.of(table.SWEPT_AT)[()].set(self._now())

    def broker(self, *, connected: bool) -> None:
        """Note it."""
        self.of(table.CONNECTED)[()].set(connected)

    def waiting(self, queue: str, messages: int) -> None:
        """Note it."""
        self.of(table.MESSAGES)[(queue,)].set(messages)

    def text(self) -> tuple[bytes, str]:
        """All there is, in the text format, and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST

    def _tenant(self, tenant: str) -> str:
        return self._labels.get(tenant, OTHER)


def _label(settlement: Settlement) -> str:
    match settlement:
        case Ack():
            return "ack"
        case Retry():
            return "retry"
        case SetAside():
            return "set_aside"
        case DeadLetter():
            return "dead_letter"
        case _:
            assert_never(settlement)
