"""Metrics in memory: counted, and shown to nobody but who asks."""

from collections import Counter
from collections.abc import Mapping

import attrs

from knative_lambda.domain.changes import Changes
from knative_lambda.domain.limit import Limit
from knative_lambda.ports.metrics import Metrics, Settled


@attrs.define
class MemoryMetrics(Metrics):
    """What was counted, by what it was."""

    counts: Counter[str] = attrs.field(factory=Counter)

    def settled(self, settled: Settled) -> None:
        """Count it by its settlement."""
        self.counts[type(settled.settlement).__name__] += 1
        self.counts["attempts"] += settled.attempts
        self.counts["repeats"] += settled.repeat
        self.counts[settled.type] += 1

    def unnamed(self) -> None:
        """Count it."""
        self.counts["unnamed"] += 1

    def held_back(self, tenant: str, limit: Limit) -> None:
        """Count it by its limit and tenant."""
        self.counts[limit.value] += 1
        self.counts[f"held back: {tenant}"] += 1

    def changed(self, tenant: str, changes: Changes) -> None:
        """Count what has ended."""
        self.counts[f"accepted: {tenant}"] += changes.accepted
        self.counts.update(build.phase.value for build in changes.settled)
        self.counts.update(operation.kind.value for operation in changes.applied)

    def active(self, builds: Mapping[str, int]) -> None:
        """Note their sum."""
        self.counts["active"] = sum(builds.values())

    def found(self, what: str, count: int) -> None:
        """Count it."""
        self.counts[what] += count

    def functions(self, *, ready: int, unready: int) -> None:
        """Note both."""
        self.counts["ready"], self.counts["unready"] = ready, unready

    def swept(self, *, complete: bool, took: float) -> None:  # noqa: ARG002 - time is not counted
        """Count it."""
        self.counts["swept" if complete else "swept in part"] += 1

    def broker(self, *, connected: bool) -> None:
        """Note it."""
        self.counts["connected"] = int(connected)

    def waiting(self, queue: str, messages: int) -> None:
        """Note it."""
        self.counts[queue] = messages
