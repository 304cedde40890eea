"""A histogram of ours is told as the library's own is."""

from threading import Thread

import prometheus_client
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest

from knative_lambda.adapters.prometheus.histogram import Histogram

BOUNDS = (0.5, 1, 2_000_000)
VALUES = (0.0, 0.25, 0.5, 0.75, 1, 3, 2_000_000, 2_000_001)


@pytest.mark.parametrize("label", [None, "one"])
def test_a_page_is_the_same_by_the_library(label: str | None) -> None:
    pages = []
    for kind in (Histogram, prometheus_client.Histogram):
        registry = CollectorRegistry()
        names = ["label"] if label else []
        made = kind("some_seconds", "What it is.", names, buckets=BOUNDS, registry=registry)
        series = made.labels(label) if label else made
        for value in VALUES:
            series.observe(value)
        page = generate_latest(registry).decode()
        pages.append([line for line in page.splitlines() if "_created" not in line])

    assert pages[0] == pages[1]


def test_a_series_is_made_once() -> None:
    made = Histogram("some_seconds", "What it is.", ["label"], buckets=BOUNDS)
    assert made.labels("one") is made.labels("one") is not made.labels("two")


def test_nothing_is_lost_that_threads_observe_at_once() -> None:
    registry = CollectorRegistry()
    made = Histogram("some_seconds", "What it is.", buckets=BOUNDS, registry=registry)

    def observe() -> None:
        for _ in range(5000):
            made.observe(1)

    threads = [Thread(target=observe) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert registry.get_sample_value("some_seconds_count") == 20_000
    assert registry.get_sample_value("some_seconds_sum") == 20_000
