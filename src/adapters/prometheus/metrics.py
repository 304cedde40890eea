"""Metrics for Prometheus: one table says which there are."""

from typing import Any, Final, Generic, TypeVar, assert_never

import attrs
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from knative_lambda.domain.settlement import Ack, DeadLetter, Retry, SetAside, Settlement
from knative_lambda.ports.metrics import Metrics

Kind = TypeVar("Kind", Counter, Gauge, Histogram)


@attrs.frozen
class Metric(Generic[Kind]):
    """A row of the table.

    Attributes:
        labels: What tells its series apart.
        words: What it means, in a sentence.
        buckets: The upper bounds of a histogram's.
    """

    name: str
    kind: type[Kind]
    labels: tuple[str, ...]
    words: str
    buckets: tuple[float, ...] = ()

    def made(self, registry: CollectorRegistry) -> Kind:
        """The metric itself, in *registry*."""
        more: dict[str, Any] = {"buckets": self.buckets} if self.buckets else {}
        return self.kind(self.name, self.words, self.labels, registry=registry, **more)


DELIVERIES: Final = Metric(
    "klb_deliveries_total",
    Counter,
    ("type", "settlement"),
    "Deliveries, by the type of event and how they were settled: ack, retry, set_aside or "
    "dead_letter.",
)
DEAD_LETTERS: Final = Metric(
    "klb_dead_letters_total", Counter, ("reason",), "Deliveries that were given up, by the reason."
)
ATTEMPTS: Final = Metric(
    "klb_delivery_attempts",
    Histogram,
    (),
    "How often a delivery had been tried before, whenever one is settled.",
    (0, 1, 2, 3, 5, 8, 13, 21, 34, 55),
)
WITHOUT_ID: Final = Metric(
    "klb_events_without_id_total", Counter, (), "Events that came without an id."
)
CONNECTED: Final = Metric(
    "klb_broker_connected", Gauge, (), "1 while there is a connection to RabbitMQ, else 0."
)
TABLE: Final[tuple[Metric[Any], ...]] = (DELIVERIES, DEAD_LETTERS, ATTEMPTS, WITHOUT_ID, CONNECTED)


@attrs.frozen(init=False, eq=False)
class PrometheusMetrics(Metrics):
    """Counts in a registry of its own, together with what the process and its platform tell."""

    _registry: CollectorRegistry
    _deliveries: Counter
    _dead_letters: Counter
    _attempts: Histogram
    _without_id: Counter
    _connected: Gauge

    def __init__(self) -> None:
        # Otherwise each counter has a second series beside it: when it was made.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the package lacks the type
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self.__attrs_init__(
            registry,
            DELIVERIES.made(registry),
            DEAD_LETTERS.made(registry),
            ATTEMPTS.made(registry),
            WITHOUT_ID.made(registry),
            CONNECTED.made(registry),
        )

    def settled(self, event_type: str, settlement: Settlement, attempts: int) -> None:
        """Count it, and its attempts."""
        self._deliveries.labels(event_type, _label(settlement)).inc()
        self._attempts.observe(attempts)
        if isinstance(settlement, DeadLetter):
            self._dead_letters.labels(settlement.rejection.value).inc()

    def unnamed(self) -> None:
        """Count it."""
        self._without_id.inc()

    def broker(self, *, connected: bool) -> None:
        """Note it."""
        self._connected.set(connected)

    def text(self) -> tuple[bytes, str]:
        """All there is, in the text format, and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST


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
