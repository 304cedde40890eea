"""What was counted, as Prometheus reads it."""

from typing import Any

import attrs
import pytest
from support.metrics_page import Page

from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
from knative_lambda.adapters.prometheus.table import TABLE, Metric
from knative_lambda.domain.changes import Changes
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.keys import Key
from knative_lambda.domain.limit import Limit
from knative_lambda.domain.record import Build, Operation, OperationKind, Outcome, Phase, Served
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Ack, DeadLetter, Retry, SetAside, Settlement
from knative_lambda.domain.strategy import Strategy
from knative_lambda.ports.metrics import Settled

START = "network.notifi.lambda.build.start"
SECOND = 1_000_000_000
BUILD = Build(id="b", key=Key(0, "b"), phase=Phase.COMPLETE, accepted_at=10 * SECOND, settled=True)


def page(metrics: PrometheusMetrics) -> Page:
    return Page(metrics.text()[0].decode())


def settled(settlement: Settlement, **more: Any) -> Settled:
    facts = {"type": START, "attempts": 0, "age": 0.0, "took": 0.0, **more}
    return Settled(settlement=settlement, **facts)


def ended(*builds: Build, tenant: str = "acme", tenants: tuple[str, ...] = ()) -> Page:
    metrics = PrometheusMetrics(tenants)
    metrics.changed(tenant, Changes(0, builds, ()))
    return page(metrics)


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
    for attempts in (0, 3):
        metrics.settled(settled(settlement, attempts=attempts))
    found = page(metrics)

    assert found.value("klb_deliveries_total", type=START, settlement=label) == 2
    assert found.total("klb_deliveries_total") == 2


def test_dead_letters_are_counted_by_their_reason() -> None:
    metrics = PrometheusMetrics()
    for kind in (START, "other"):
        metrics.settled(settled(DeadLetter(Rejection.STALE, "too late"), type=kind))
    metrics.settled(settled(Ack()))
    found = page(metrics)

    assert found.value("klb_dead_letters_total", reason="stale") == 2
    assert found.total("klb_dead_letters_total") == 2


def test_repeats_are_counted() -> None:
    metrics = PrometheusMetrics()
    for repeat in (True, False, True):
        metrics.settled(settled(Ack(), repeat=repeat))

    assert page(metrics).value("klb_repeats_total", type=START) == 2


def test_attempts_fall_into_buckets() -> None:
    metrics = PrometheusMetrics()
    for attempts in (0, 0, 1, 4, 1000):
        metrics.settled(settled(Ack(), attempts=attempts))
    found = page(metrics)

    bounds = ("0.0", "1.0", "3.0", "5.0", "55.0", "+Inf")
    counts = [found.value("klb_delivery_attempts_bucket", le=le) for le in bounds]
    assert counts == [2, 3, 3, 4, 4, 5]
    assert found.value("klb_delivery_attempts_sum") == 1005


def test_an_event_has_an_age_when_it_is_done_with_and_a_delivery_took_its_time() -> None:
    metrics = PrometheusMetrics()
    for settlement in (Ack(), Retry(1.0, "away"), DeadLetter(Rejection.STALE, "too late")):
        metrics.settled(settled(settlement, age=100.0, took=2.0))
    found = page(metrics)

    assert found.value("klb_event_age_seconds_sum", settlement="ack") == 100
    assert found.value("klb_event_age_seconds_sum", settlement="dead_letter") == 100
    assert found.total("klb_event_age_seconds_count") == 2
    assert found.value("klb_delivery_seconds_sum", type=START) == 6


def test_a_build_that_ended_well_is_counted_with_its_time_and_that_of_kaniko() -> None:
    outcome = Outcome(ended_at=70 * SECOND, ran=45 * SECOND)
    found = ended(attrs.evolve(BUILD, outcome=outcome, served=Served.UPDATED))

    assert found.value("klb_builds_total", outcome="complete", tenant="other") == 1
    assert found.value("klb_build_duration_seconds_sum", outcome="complete") == 60
    assert found.value("klb_build_duration_seconds_bucket", outcome="complete", le="60.0") == 1
    assert found.value("klb_build_run_seconds_sum") == 45
    assert found.value("klb_build_wait_seconds_sum") == 15
    assert found.value("klb_services_total", result="updated") == 1
    assert found.total("klb_build_failures_total") == 0


def test_builds_for_which_kaniko_did_not_run_leave_what_others_took_beside_it() -> None:
    ran = attrs.evolve(BUILD, outcome=Outcome(ended_at=70 * SECOND, ran=45 * SECOND))
    unknown = attrs.evolve(BUILD, outcome=Outcome(ended_at=700 * SECOND))
    cached = attrs.evolve(BUILD, outcome=Outcome(ended_at=700 * SECOND, cached=True))
    found = ended(ran, unknown, cached)

    assert found.value("klb_build_wait_seconds_sum") == 15
    assert found.value("klb_build_wait_seconds_count") == 1
    assert found.value("klb_build_run_seconds_count") == 1


def test_a_kaniko_that_ran_for_longer_than_its_build_by_other_clocks_took_nothing_beside() -> None:
    outcome = Outcome(ended_at=70 * SECOND, ran=61 * SECOND)
    found = ended(attrs.evolve(BUILD, outcome=outcome))

    assert found.value("klb_build_wait_seconds_count") == 1
    assert found.value("klb_build_wait_seconds_sum") == 0


def test_a_cached_build_has_no_duration() -> None:
    found = ended(attrs.evolve(BUILD, outcome=Outcome(ended_at=10 * SECOND, cached=True)))

    assert found.value("klb_builds_cached_total") == 1
    assert found.value("klb_builds_total", outcome="complete", tenant="other") == 1
    assert found.total("klb_build_duration_seconds_count") == 0


@pytest.mark.parametrize("strategy", ["append", "kaniko"])
def test_builds_are_counted_by_how_their_images_were_made(strategy: str) -> None:
    made = attrs.evolve(BUILD, outcome=Outcome(ended_at=10 * SECOND), strategy=Strategy(strategy))
    found = ended(made, BUILD)

    assert found.value("klb_builds_made_total", strategy=strategy, outcome="complete") == 1
    assert found.total("klb_builds_made_total") == 1


def test_a_failure_is_counted_by_its_reason() -> None:
    outcome = Outcome(ended_at=70 * SECOND, reason=Reason.OUT_OF_MEMORY)
    found = ended(attrs.evolve(BUILD, phase=Phase.FAILED, outcome=outcome))

    assert found.value("klb_build_failures_total", reason="out_of_memory", tenant="other") == 1
    assert found.total("klb_builds_total") == 1
    assert found.value("klb_build_run_seconds_count") == 0


def test_what_was_let_in_and_what_was_done_by_hand_is_counted() -> None:
    metrics = PrometheusMetrics()
    operations = tuple(
        Operation(id=kind.value, key=Key(0, "a"), kind=kind, handled_at=0, effective=True)
        for kind in OperationKind
    )
    metrics.changed("acme", Changes(2, (), operations))
    found = page(metrics)

    assert found.value("klb_builds_accepted_total", tenant="other") == 2
    assert found.value("klb_services_total", result="deleted") == 1
    assert found.value("klb_services_total", result="rolled_back") == 1


def test_tenants_are_told_apart_only_if_the_settings_name_them() -> None:
    metrics = PrometheusMetrics(("acme",))
    for tenant in ("acme", "globex", "initech"):
        metrics.held_back(tenant, Limit.ACTIVE)
        metrics.changed(tenant, Changes(1, (), ()))
    metrics.active({"acme": 3, "globex": 1, "initech": 2})
    found = page(metrics)

    assert found.value("klb_set_asides_total", limit="active", tenant="acme") == 1
    assert found.value("klb_set_asides_total", limit="active", tenant="other") == 2
    assert found.value("klb_active_builds", tenant="acme") == 3
    assert found.value("klb_active_builds", tenant="other") == 3
    metrics.active({})
    assert page(metrics).total("klb_active_builds") == 0


def test_ten_thousand_tenants_make_no_series() -> None:
    metrics = PrometheusMetrics(("acme",))
    before = len(page(metrics).samples())
    outcome = Outcome(ended_at=70 * SECOND, reason=Reason.LOST)
    lost = attrs.evolve(BUILD, phase=Phase.FAILED, outcome=outcome)
    for number in range(10_000):
        tenant = f"tenant-{number}"
        metrics.held_back(tenant, Limit.ACTIVE)
        metrics.changed(tenant, Changes(1, (lost,), ()))
        metrics.active({tenant: 1})

    assert len(page(metrics).samples()) == before


def test_sweeps_are_counted_and_the_last_complete_one_has_its_time() -> None:
    metrics = PrometheusMetrics(now=iter([1000.0]).__next__)
    metrics.swept(complete=True, took=0.5)
    metrics.swept(complete=False, took=0.5)
    metrics.found("context", 3)
    metrics.functions(ready=5, unready=1)
    found = page(metrics)

    assert found.value("klb_sweeps_total", result="complete") == 1
    assert found.value("klb_sweeps_total", result="incomplete") == 1
    assert found.value("klb_sweep_last_complete_timestamp_seconds") == 1000
    assert found.value("klb_sweep_seconds_sum") == 1
    assert found.value("klb_sweep_found_total", what="context") == 3
    assert found.value("klb_functions", ready="yes") == 5
    assert found.value("klb_functions", ready="no") == 1


def test_limits_and_queues_are_shown() -> None:
    metrics = PrometheusMetrics(limits={"active": 50})
    metrics.waiting("lambda-build-events.dlq", 7)
    found = page(metrics)

    assert found.value("klb_limit", limit="active") == 50
    assert found.value("klb_queue_messages", queue="lambda-build-events.dlq") == 7


def test_events_without_an_id_are_counted() -> None:
    metrics = PrometheusMetrics()
    metrics.unnamed()

    assert page(metrics).value("klb_events_without_id_total") == 1


def test_the_connection_to_the_broker_is_shown_as_it_is_now() -> None:
    metrics = PrometheusMetrics()
    shown = [page(metrics).value("klb_broker_connected")]
    for connected in (True, False):
        metrics.broker(connected=connected)
        shown.append(page(metrics).value("klb_broker_connected"))

    assert shown == [0, 1, 0]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_each_series_whose_labels_are_known_is_there_from_the_start(row: Metric[Any]) -> None:
    found = page(PrometheusMetrics(("acme",)))
    ending = {"counter": "", "gauge": "", "histogram": "_count"}[row.kind_name]
    labels = [own for name, own, _ in found.samples() if name == row.name + ending]

    assert f"# HELP {row.name} {row.words}\n" in found.text
    assert found.kinds()[row.name] == row.kind_name
    for label, values in row.labels.items():
        known = {"tenant": {"acme", "other"}, "queue": set()}.get(label, set(values))
        assert {own[label] for own in labels} == known


def test_the_table_has_all_of_ours_on_the_page_and_each_once() -> None:
    ours = {name for name in page(PrometheusMetrics()).kinds() if name.startswith("klb_")}

    assert ours == {row.name for row in TABLE}
    assert len(ours) == len(TABLE)


def test_the_process_and_its_platform_are_on_the_page() -> None:
    assert {"process_resident_memory_bytes", "python_info"} <= set(
        page(PrometheusMetrics()).kinds()
    )


def test_two_of_them_count_each_for_itself() -> None:
    one, other = PrometheusMetrics(), PrometheusMetrics()
    one.unnamed()

    assert page(other).value("klb_events_without_id_total") == 0


def test_the_page_is_text_as_prometheus_takes_it() -> None:
    assert PrometheusMetrics().text()[1].startswith("text/plain; version=")
