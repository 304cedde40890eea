"""The rules, the dashboard and the page of metrics, and every series that they may name."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from support.installation import ROOT, SYSTEM, Key, by_key
from support.promql import Query, query

from knative_lambda.adapters.prometheus.table import TABLE

# What Prometheus itself says of every pod that it scrapes.
TARGET: Final = {"namespace", "pod", "container", "service", "job", "instance", "endpoint"}
_OF_FUNCTIONS: Final = {
    "function_invocations_total": {"outcome"},
    "function_duration_seconds_bucket": {"le"},
    "function_in_flight": set(),
}
_OF_OTHERS: Final = {
    "keda_scaler_detail_errors_total": {"scaledObject", "metric"},
    "keda_scaler_errors": {"scaledObject", "metric"},  # its name before KEDA 2.14
    "keda_scaler_metrics_value": {"scaledObject", "metric"},
    "kube_cronjob_status_last_successful_time": {"cronjob"},
    "kube_deployment_spec_replicas": {"deployment"},
    "kube_deployment_status_replicas_available": {"deployment"},
    "process_resident_memory_bytes": set(),
    "process_cpu_seconds_total": set(),
}


def series() -> dict[str, set[str]]:
    """Every series there can be, by name, with its labels."""
    found: dict[str, set[str]] = {**_OF_FUNCTIONS, **_OF_OTHERS}
    for row in TABLE:
        if row.kind_name == "histogram":
            found |= {f"{row.name}_{end}": {*row.labels} for end in ("sum", "count")}
            found[f"{row.name}_bucket"] = {*row.labels, "le"}
        else:
            found[row.name] = {*row.labels}
    return found


def rules() -> list[dict[str, Any]]:
    """The alerts."""
    spec = by_key("production")[Key("PrometheusRule", SYSTEM, "knative-lambda")]["spec"]
    return [rule for group in spec["groups"] for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    """What Grafana reads."""
    (text,) = by_key("production")[Key("ConfigMap", SYSTEM, "dashboard")]["data"].values()
    found: dict[str, Any] = json.loads(text)
    return found


def panels() -> list[dict[str, Any]]:
    """Those that show something."""
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def page_queries() -> list[tuple[str, str]]:
    """Each question of the page of metrics, with a query that answers it."""
    page = (ROOT / "docs" / "metrics.md").read_text("utf-8")
    table = page.partition("\n## Questions and their queries\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (`.+`) \|$", table, re.MULTILINE)
    return [
        (question, text.replace("\\|", "|"))
        for question, answer in rows
        for text in re.findall(r"`(.+?)`", answer)
    ]


def queries() -> Iterator[tuple[str, Query]]:
    """Each query of the rules, the dashboard and the page, by the name of what asks it."""
    for rule in rules():
        yield rule["alert"], query(rule["expr"])
    for panel in panels():
        for target in panel["targets"]:
            yield panel["title"], query(target["expr"])
    for question, text in page_queries():
        yield question, query(text)
