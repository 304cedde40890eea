"""Alerts and dashboard name what is there, and Prometheus understands both."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.installation import MONITORED, ROOT, SYSTEM, Key, by_key
from support.monitoring import TARGET, dashboard, page_queries, panels, queries, rules, series
from support.promql import Matcher, query

from knative_lambda.adapters.prometheus.table import CONFIGURED, TABLE
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.settings import Settings

SERIES = series()
QUERIES = list(queries())
NAMES = [f"{number} {name}" for number, (name, _) in enumerate(QUERIES)]
ALERTS = {rule["alert"]: rule for rule in rules()}
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text("utf-8")


def values_of(metric: str, label: str) -> set[str] | None:
    """All values that the label can have; `None` if that is not ours to say."""
    if label == "queue":
        named = Settings()
        topology = Topology(named.exchange, named.queue, named.function_dead_letter_queue)
        return {queue.name for queue in topology.queues()}
    for row in TABLE:
        if re.fullmatch(rf"{row.name}(_bucket|_sum|_count)?", metric):
            known = row.labels.get(label, CONFIGURED)
            return None if known == CONFIGURED else set(known)
    return None


def misses(metric: str, matcher: Matcher) -> list[str]:
    """What a matcher asks for that no series has."""
    known = values_of(metric, matcher.label)
    if known is None or "$" in matcher.value:
        return []
    return [one for one in matcher.values if not any(re.fullmatch(one, value) for value in known)]


@pytest.mark.parametrize(("name", "asked"), QUERIES, ids=NAMES)
def test_no_query_names_a_metric_or_a_label_that_does_not_exist(name: str, asked: Any) -> None:
    assert asked.selectors
    for metric, matchers in asked.selectors:
        assert metric in SERIES, name
        labels = {matcher.label for matcher in matchers}
        assert labels <= SERIES[metric] | TARGET, f"{name}: {metric}"
        assert [wrong for each in matchers for wrong in misses(metric, each)] == [], name
    named = {label for metric, _ in asked.selectors for label in SERIES[metric]}
    assert asked.labels <= named | TARGET, name


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel["title"])
def test_a_legend_names_labels_that_its_query_leaves(panel: dict[str, Any]) -> None:
    for target in panel["targets"]:
        asked = query(target["expr"])
        named = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
        aggregated = re.search(r"\b(sum|max|min|avg)\b", target["expr"]) is not None
        assert named <= (asked.labels if aggregated else TARGET)


def test_every_metric_of_the_table_is_on_the_dashboard() -> None:
    shown = " ".join(target["expr"] for panel in panels() for target in panel["targets"])

    assert [row.name for row in TABLE if not re.search(rf"\b{row.name}(_|\b)", shown)] == []


def test_the_dashboard_has_what_grafana_needs() -> None:
    found = dashboard()
    ids = [panel["id"] for panel in found["panels"]]
    places = [tuple(panel["gridPos"][side] for side in "xy") for panel in found["panels"]]

    assert len(set(ids)) == len(ids)
    assert len(set(places)) == len(places)
    assert {found["uid"], found["title"]} == {"knative-lambda", "Knative Lambda Builder"}
    assert [each["name"] for each in found["templating"]["list"]] == ["datasource", "tenant"]
    assert {panel["datasource"]["uid"] for panel in panels()} == {"${datasource}"}


@pytest.mark.parametrize("overlay", MONITORED)
def test_grafana_finds_the_dashboard_by_its_label(overlay: str) -> None:
    found = by_key(overlay)[Key("ConfigMap", SYSTEM, "dashboard")]

    assert found["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert len(str(found["data"])) < 1_000_000, "more does not fit into a ConfigMap"


def promtool(*words: object) -> str:
    """What it says; it must be content."""
    ended = subprocess.run(
        ["promtool", *map(str, words)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A file of the rules, as Prometheus reads them."""
    spec = by_key("production")[Key("PrometheusRule", SYSTEM, "knative-lambda")]["spec"]
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump(spec), "utf-8")
    return file


def test_prometheus_understands_the_rules(written: Path) -> None:
    assert f"SUCCESS: {len(ALERTS)} rules found" in promtool("check", "rules", written)


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel["title"])
def test_prometheus_understands_each_panel(panel: dict[str, Any], tmp_path: Path) -> None:
    """As rules, since promtool reads queries there alone; Grafana fills in what has a dollar."""
    made = [
        {"record": f"a:b{number}", "expr": re.sub(r"\[\$\w+\]", "[5m]", target["expr"])}
        for number, target in enumerate(panel["targets"])
    ]
    file = tmp_path / "panel.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panel", "rules": made}]}), "utf-8")
    promtool("check", "rules", file)


def test_prometheus_tells_when_it_should_and_only_then(written: Path) -> None:
    cases = Path(__file__).with_name("alerts.yaml").read_text("utf-8")
    file = written.with_name("cases.yaml")
    file.write_text(f"rule_files: [{written.name}]\n{cases}", "utf-8")
    assert "SUCCESS" in promtool("test", "rules", file)


def test_prometheus_understands_each_query_of_the_page(tmp_path: Path) -> None:
    asked = page_queries()
    assert len(asked) > 10
    made = [{"record": f"a:b{number}", "expr": expr} for number, (_, expr) in enumerate(asked)]
    file = tmp_path / "page.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "page", "rules": made}]}), "utf-8")
    promtool("check", "rules", file)


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_says_what_it_means_and_where_more_stands(alert: str) -> None:
    rule = ALERTS[alert]

    assert alert.startswith("KnativeLambda")
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["annotations"]["description"].endswith(".")
    assert rule["annotations"]["runbook_url"] == f"docs/runbook.md#{alert.lower()}"


def test_the_runbook_has_a_paragraph_for_each_alert_in_their_order() -> None:
    assert re.findall(r"^## (KnativeLambda\w+)$", RUNBOOK, re.MULTILINE) == list(ALERTS)


@pytest.mark.parametrize("alert", ALERTS)
def test_a_paragraph_tells_what_it_means_where_to_look_why_and_what_to_do(alert: str) -> None:
    paragraph = RUNBOOK.partition(f"## {alert}\n")[2].partition("\n## ")[0]

    parts = re.findall(r"^\*\*(.+?)\*\*", paragraph, re.MULTILINE)
    assert parts == ["For users:", "Look first:", "Likely:", "Mend it:"]
    assert "```\n" in paragraph
