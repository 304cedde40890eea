"""Metrics in memory: counted, and shown to nobody but who asks."""

from collections import Counter

import attrs

from knative_lambda.domain.settlement import Settlement
from knative_lambda.ports.metrics import Metrics


@attrs.define
class MemoryMetrics(Metrics):
    """What was counted, by what it was."""

    counts: Counter[str] = attrs.field(factory=Counter)

    def settled(self, event_type: str, settlement: Settlement, attempts: int) -> None:
        """Count it by its settlement."""
        self.counts[type(settlement).__name__] += 1
        self.counts["attempts"] += attempts
        self.counts[event_type] += 1

    def unnamed(self) -> None:
        """Count it."""
        self.counts["unnamed"] += 1

    def broker(self, *, connected: bool) -> None:
        """Note it."""
        self.counts["connected"] = int(connected)
