"""The table has every metric of ours, and nothing that cannot be bounded."""

import re
from typing import Any

import pytest

from knative_lambda.adapters.prometheus.table import CONFIGURED, TABLE, Metric
from knative_lambda.entrypoints.docs import ROOT

SOURCES = sorted(
    file
    for folder in ("src", "sidecar")
    for file in (ROOT / folder).rglob("*.py")
    if "__pycache__" not in file.parts
)


def test_no_metric_is_named_outside_of_the_table() -> None:
    named: dict[str, set[str]] = {}
    for file in SOURCES:
        found = set(re.findall(r"\bklb_[a-z_]+", file.read_text("utf-8")))
        if found:
            named[str(file.relative_to(ROOT))] = found

    assert named == {"src/adapters/prometheus/table.py": {row.name for row in TABLE}}


def test_only_the_adapter_knows_the_library() -> None:
    users = {file.parent.name for file in SOURCES if "prometheus_client" in file.read_text("utf-8")}

    assert users == {"prometheus"}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_row_is_named_as_prometheus_wants_it(row: Metric[Any]) -> None:
    assert re.fullmatch(r"klb_[a-z]+(?:_[a-z]+)*", row.name)
    assert (row.kind_name == "counter") == row.name.endswith("_total")
    assert bool(row.buckets) == (row.kind_name == "histogram")
    assert list(row.buckets) == sorted(row.buckets)
    assert row.words.endswith(".")


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_only_tenants_and_queues_are_bounded_by_the_settings(row: Metric[Any]) -> None:
    open_ones = {label for label, values in row.labels.items() if values == CONFIGURED}

    assert open_ones <= {"tenant", "queue"}
