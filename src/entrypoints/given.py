"""What all else is wired with: the settings, the clocks, and what counts."""

import time

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Object, Singleton

from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
from knative_lambda.settings import Settings


class Given(DeclarativeContainer):
    """Whoever needs one of them names it here."""

    settings = Dependency(instance_of=Settings)
    _set = settings.provided
    now, steady = Object(time.time_ns), Object(time.monotonic_ns)
    metrics = Singleton(PrometheusMetrics, _set.metrics_tenants, _set.limits)
