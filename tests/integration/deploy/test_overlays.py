"""That kubectl builds each overlay, of objects that a cluster takes, and of all kinds there are."""

from collections import Counter
from pathlib import Path

import pytest
import yaml
from support.installation import BUILDS, FUNCTIONS, OVERLAYS, ROOT, SYSTEM, installed, key, pods
from support.kubernetes import admission, names, pod_rules, resources

KINDS = {
    "apisource": {"ApiServerSource"},
    "brokers": {"Broker", "RabbitmqBrokerConfig"},
    "builder": {"ksvc"},
    "namespace": {"Namespace"},
    "queues": {"Exchange", "Queue", "Binding"},
    "reconcile": {"CronJob"},
    "roles": {"Role", "RoleBinding"},
    "serviceaccount": {"ServiceAccount"},
    "settings": {"ConfigMap"},
    "network": {"NetworkPolicy"},
}
MONITORING = {
    "dashboard": {"ConfigMap"},
    "rules": {"PrometheusRule"},
    "servicemonitor": {"Service", "ServiceMonitor", "PodMonitor"},
}
MORE = {
    "dev": {"secrets": {"Secret"}, "consumer": {"Deployment", "PodDisruptionBudget"}},
    "production": {
        "consumer": {"Deployment", "PodDisruptionBudget"},
        "scaling": {"ScaledObject", "TriggerAuthentication"},
        **MONITORING,
    },
    "production-knative": {
        "source": {"RabbitmqSource"},
        "triggers": {"Trigger"},
        **MONITORING,
    },
}
# What kubectl 1.20 understands, which Debian 12 has, and newer ones still do.
FIELDS = {"bases", "resources", "patchesStrategicMerge", "images"}


def test_it_has_an_object_of_every_kind_that_belongs_to_it(overlay: str) -> None:
    kinds = {key(found).kind for found in installed(overlay)}

    assert {
        name: missing for name, of in {**KINDS, **MORE[overlay]}.items() if (missing := of - kinds)
    } == {}


@pytest.mark.parametrize("version", [admission.OLDEST, admission.NEWEST])
def test_a_cluster_takes_every_object(overlay: str, version: str) -> None:
    said = {key(found): admission.problems(found, version) for found in installed(overlay)}

    assert {each: problems for each, problems in said.items() if problems} == {}


def test_every_pod_can_be_made(overlay: str) -> None:
    assert {
        each.owner: found for each in pods(overlay) if (found := pod_rules.problems(each.spec, ""))
    } == {}


def test_every_name_and_label_is_legal(overlay: str) -> None:
    some = resources.named("configmaps")
    for found in installed(overlay):
        assert names.problems(some, found) == []


def test_the_overlay_for_development_needs_no_operator_of_prometheus() -> None:
    assert {found["apiVersion"].partition("/")[0] for found in installed("dev")} & {
        "monitoring.coreos.com"
    } == set()


def test_no_two_objects_are_the_same(overlay: str) -> None:
    counted = Counter(key(found) for found in installed(overlay))

    assert [each for each, times in counted.items() if times > 1] == []


def test_every_object_is_in_a_namespace_of_ours_and_says_to_what_it_belongs(overlay: str) -> None:
    for found in installed(overlay):
        place = found["metadata"].get("namespace")

        assert place in ({None} if found["kind"] == "Namespace" else {SYSTEM, BUILDS, FUNCTIONS})
        assert found["metadata"]["labels"]["app.kubernetes.io/part-of"] == "knative-lambda"


def test_only_the_overlay_for_development_has_secrets() -> None:
    holders = [each for each in OVERLAYS if any(f["kind"] == "Secret" for f in installed(each))]

    assert holders == ["dev"]


@pytest.mark.parametrize("file", sorted((ROOT / "deploy").rglob("kustomization.yaml")), ids=str)
def test_a_kustomization_says_only_what_old_versions_of_kubectl_understand(file: Path) -> None:
    assert set(yaml.safe_load(file.read_text("utf-8"))) <= FIELDS


def test_every_file_is_part_of_an_installation() -> None:
    named = set()
    for file in (ROOT / "deploy").rglob("kustomization.yaml"):
        said = yaml.safe_load(file.read_text("utf-8"))
        listed = said.get("resources", []) + said.get("patchesStrategicMerge", [])
        named |= {file, *(file.parent / each for each in listed)}

    assert set((ROOT / "deploy").rglob("*.yaml")) == named
