"""What was counted, as Prometheus reads it."""

from collections.abc import Mapping
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from knative_lambda.adapters.prometheus.metrics import ATTEMPTS, TABLE, Metric, PrometheusMetrics
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Ack, DeadLetter, Retry, SetAside, Settlement

START = "network.notifi.lambda.build.start"


def value(metrics: PrometheusMetrics, name: str, **labels: str) -> float | None:
    """What the page says of that series; `None` if it is not there."""
    page = metrics.text()[0].decode()
    samples: list[tuple[str, Mapping[str, str], float]] = [
        (sample.name, sample.labels, sample.value)
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    ]
    return next((found for *key, found in samples if key == [name, labels]), None)


@pytest.mark.parametrize(
    ("settlement", "label"),
    [
        (Ack(), "ack"),
        (Retry(1.0, "the registry is away"), "retry"),
        (SetAside(5.0), "set_aside"),
        (DeadLetter(Rejection.INVALID, "no source"), "dead_letter"),
    ],
)
def test_a_delivery_is_counted_by_its_type_and_settlement(
    settlement: Settlement, label: str
) -> None:
    metrics = PrometheusMetrics()
    metrics.settled(START, settlement, 0)
    metrics.settled(START, settlement, 3)

    assert value(metrics, "klb_deliveries_total", type=START, settlement=label) == 2


def test_dead_letters_are_counted_by_their_reason() -> None:
    metrics = PrometheusMetrics()
    metrics.settled(START, DeadLetter(Rejection.STALE, "too late"), 0)
    metrics.settled("other", DeadLetter(Rejection.STALE, "too late"), 0)
    metrics.settled("other", Ack(), 0)

    assert value(metrics, "klb_dead_letters_total", reason="stale") == 2
    assert value(metrics, "klb_dead_letters_total", reason="invalid") is None


def test_attempts_fall_into_buckets() -> None:
    metrics = PrometheusMetrics()
    for attempts in (0, 0, 1, 4, 1000):
        metrics.settled(START, Ack(), attempts)

    name = f"{ATTEMPTS.name}_bucket"
    counts = [value(metrics, name, le=le) for le in ("0.0", "1.0", "3.0", "5.0", "55.0", "+Inf")]
    assert counts == [2, 3, 3, 4, 4, 5]
    assert value(metrics, f"{ATTEMPTS.name}_sum") == 1005


def test_events_without_an_id_are_counted() -> None:
    metrics = PrometheusMetrics()
    assert value(metrics, "klb_events_without_id_total") == 0
    metrics.unnamed()

    assert value(metrics, "klb_events_without_id_total") == 1


def test_the_connection_to_the_broker_is_shown_as_it_is_now() -> None:
    metrics = PrometheusMetrics()
    shown = [value(metrics, "klb_broker_connected")]
    for connected in (True, False):
        metrics.broker(connected=connected)
        shown.append(value(metrics, "klb_broker_connected"))

    assert shown == [0, 1, 0]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_the_page_has_every_row_of_the_table_with_its_words(row: Metric[Any]) -> None:
    metrics = PrometheusMetrics()
    page = metrics.text()[0].decode()

    assert f"# HELP {row.name} {row.words}\n" in page
    assert f"# TYPE {row.name} {row.kind.__name__.lower()}\n" in page


def test_the_table_has_all_of_ours_on_the_page() -> None:
    page = PrometheusMetrics().text()[0].decode()
    ours = {line.split()[2] for line in page.splitlines() if line.startswith("# TYPE klb_")}

    assert ours == {row.name for row in TABLE}


def test_the_process_and_its_platform_are_on_the_page() -> None:
    metrics = PrometheusMetrics()
    names = {family.name for family in text_string_to_metric_families(metrics.text()[0].decode())}

    assert {"process_resident_memory_bytes", "python_info"} <= names


def test_two_of_them_count_each_for_itself() -> None:
    one, other = PrometheusMetrics(), PrometheusMetrics()
    one.unnamed()

    assert value(other, "klb_events_without_id_total") == 0


def test_the_page_is_text_as_prometheus_takes_it() -> None:
    assert PrometheusMetrics().text()[1].startswith("text/plain; version=")
