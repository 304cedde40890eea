"""The console of a cluster: it may read what it shows, no more, and nobody else reaches it."""

import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.installation import BUILDS, FUNCTIONS, SYSTEM, Key, accounts, by_key, installed, pods
from support.knative_specs import FUNCTION, spec
from support.kubernetes import admission, own_pods, podsecurity
from support.kubernetes.cluster import Cluster
from support.kubernetes_access import kubeconfig

from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer
from knative_lambda.adapters.knative.trigger_sight import KnativeTriggerSight
from knative_lambda.adapters.kubernetes.build_logs import KanikoBuildLogs
from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.adapters.kubernetes.records import ConfigMapRecords
from knative_lambda.domain import labels
from knative_lambda.domain.pod import KANIKO
from knative_lambda.domain.record import Record
from knative_lambda.entrypoints.console_options import PORT
from knative_lambda.settings import Settings

CONSOLE = "../console"  # beside the overlays
ACCOUNT = (SYSTEM, "console")
PLACE = Place(namespace=FUNCTIONS, broker="default", dead_letter_sink="http://sink.test/")


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    """Accounts have the rights that are installed, and no others."""
    async with Cluster.started(clock=time.time_ns) as cluster:
        cluster.allow(accounts(CONSOLE))
        yield cluster


def rights() -> set[tuple[str, str, str, str]]:
    """What is installed for it: namespace, group, resource and verb."""
    return {
        (role["metadata"]["namespace"], group, resource, verb)
        for role in installed(CONSOLE)
        if role["kind"] == "Role"
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


async def test_it_uses_each_of_its_rights_and_needs_no_other(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = {"token": cluster.token(*ACCOUNT)}
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path, cluster.url, user)))
    own_pods.kept(cluster, Record(FUNCTION))
    pod = own_pods.planted(cluster, own_pods.RUNS)
    pod["metadata"]["labels"] = {labels.MANAGED_BY: labels.MANAGER, labels.NAME: "job"}
    cluster.logs.say(cluster.plant(pod), KANIKO, "one")
    api = KubernetesClient()
    records = ConfigMapRecords(api, BUILDS)

    assert len(await records.list()) == 1
    await records.read(FUNCTION)
    pieces = await KanikoBuildLogs(api, BUILDS).open("job", follow=False)
    assert pieces is not None
    assert b"".join([piece async for piece in pieces]) == b"one"
    assert await KnativeServiceDeployer(api, PLACE).look(spec(1).name) is None
    assert await KnativeTriggerSight(api, PLACE).of(FUNCTION) == []
    await api.close()

    calls = [call for call in cluster.calls if call.user.endswith(":console")]
    assert {call.status for call in calls} <= {200, 404}
    assert rights() == {
        (
            call.namespace,
            call.group,
            call.resource.partition(".")[0] + (f"/{call.subresource}" if call.subresource else ""),
            call.verb,
        )
        for call in calls
    }


def test_its_rights_only_read() -> None:
    assert {verb for *_, verb in rights()} == {"get", "list"}
    assert "secrets" not in {resource for _, _, resource, _ in rights()}


@pytest.mark.parametrize("version", [admission.OLDEST, admission.NEWEST])
def test_a_cluster_takes_every_object(version: str) -> None:
    assert [admission.problems(found, version) for found in installed(CONSOLE)] == [
        [] for _ in installed(CONSOLE)
    ]


def test_its_pod_is_restricted_and_nothing_reaches_it() -> None:
    (pod,) = pods(CONSOLE)
    policy = by_key(CONSOLE)[Key("NetworkPolicy", SYSTEM, "console")]["spec"]

    assert podsecurity.violation("restricted", pod.spec) == ""
    assert pod.spec["serviceAccountName"] == "console"
    assert policy["podSelector"]["matchLabels"].items() <= pod.labels.items()
    assert policy["policyTypes"] == ["Ingress"]
    assert "ingress" not in policy


@pytest.mark.parametrize("overlay", ["production", "production-knative", "dev"])
def test_it_stands_beside_every_installation(overlay: str) -> None:
    found = by_key(overlay)
    (pod,) = pods(CONSOLE)

    assert found.keys() & by_key(CONSOLE).keys() == set()
    for source in pod.container["envFrom"]:
        kind = "ConfigMap" if "configMapRef" in source else "Secret"
        assert kind == "Secret" or Key(kind, SYSTEM, "knative-lambda") in found
    (builder,) = [each for each in pods(overlay) if each.owner.kind == "ksvc"]
    assert pod.container["envFrom"] == builder.container["envFrom"]
    assert pod.container["image"].partition(":")[0].endswith("/builder")


def test_the_page_tells_the_port_that_it_listens_on() -> None:
    (pod,) = pods(CONSOLE)
    page = (Path(__file__).parents[3] / "docs" / "console.md").read_text("utf-8")

    assert pod.container["args"] == ["serve", "--console"]
    assert f"port-forward --namespace {SYSTEM} deployment/console {PORT}" in page


def test_the_page_leaves_a_service_beside_it_its_port() -> None:
    page = (Path(__file__).parents[3] / "docs" / "console.md").read_text("utf-8")
    (given,) = re.findall(r"^\$ PORT=(\d+) \S*knative-lambda serve --console$", page, re.MULTILINE)

    assert int(given) not in (Settings().http_port, PORT)


def test_the_pages_tell_whose_image_is_to_be_written_where() -> None:
    docs = Path(__file__).parents[3] / "docs"
    for page in ("console.md", "installation.md"):
        assert "`deploy/console/kustomization.yaml`" in (docs / page).read_text("utf-8")
    assert Key("ServiceAccount", SYSTEM, "console") in by_key(CONSOLE)
    assert "of the ServiceAccount `console`" in (docs / "console.md").read_text("utf-8")
