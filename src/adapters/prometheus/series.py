"""A metric of the table as it is kept: each of its series is looked up once, and then at hand."""

from collections.abc import Sequence
from itertools import product
from typing import Any

from prometheus_client import CollectorRegistry

from knative_lambda.adapters.prometheus.table import Kind, Metric


class Series(dict[tuple[str, ...], Kind]):
    """The series of one metric, by the values of its labels in their order.

    Those whose labels are known are there from the start, at zero: else the first event of a kind
    would be none, since Prometheus sees no increase from nothing to one.
    """

    def __init__(
        self, metric: Metric[Kind], registry: CollectorRegistry, tenants: Sequence[str]
    ) -> None:
        super().__init__()
        more: dict[str, Any] = {"buckets": metric.buckets} if metric.buckets else {}
        names = tuple(metric.labels)
        self._made: Kind = metric.kind(metric.name, metric.words, names, registry=registry, **more)
        if not names:
            self[()] = self._made
            return
        known = [tenants if name == "tenant" else of for name, of in metric.labels.items()]
        for values in product(*known):
            self[values] = self[values]

    def __missing__(self, values: tuple[str, ...]) -> Kind:
        made: Kind = self._made.labels(*values)
        self[values] = made
        return made
