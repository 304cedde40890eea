"""The rights that are installed are those that the code uses: none is missing, none too many."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import attrs
import pytest
from support.installation import BUILDS, FUNCTIONS, SERVICE, SIDECAR, accounts, of_kind
from support.jobs import SETTINGS, played, spec_of
from support.knative_specs import key, spec
from support.kubernetes import histories, own_pods
from support.kubernetes.cluster import Cluster
from support.kubernetes.kubelet import Kubelet
from support.kubernetes_access import kubeconfig
from support.world import Clock
from yarl import URL

from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer
from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.adapters.kubernetes.job_runner import KanikoJobRunner
from knative_lambda.adapters.kubernetes.records import ConfigMapRecords
from knative_lambda.adapters.pod.client import PodClient
from knative_lambda.adapters.pod.own_pod import ClusterPod
from knative_lambda.domain.errors import ConflictError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.pod import KANIKO
from knative_lambda.domain.record import Record
from knative_lambda.sidecar.pod_verdict import judge_pod

FUNCTION = FunctionId("acme", "orders")
ADAPTER = (BUILDS, "apisource")
PLACE = Place(namespace=FUNCTIONS, broker="default", dead_letter_sink="http://sink.test/")


@attrs.frozen
class Right:
    """What somebody may do, or did."""

    namespace: str
    group: str
    resource: str
    verb: str


def rights(overlay: str, whose: tuple[str, str]) -> set[Right]:
    """What is installed for that account, by namespace and name."""
    return set(_rights(overlay, whose))


def _rights(overlay: str, whose: tuple[str, str]) -> Iterator[Right]:
    roles = {
        (role["metadata"]["namespace"], role["metadata"]["name"]): role["rules"]
        for role in of_kind(overlay, "Role")
    }
    for binding in of_kind(overlay, "RoleBinding"):
        namespace = binding["metadata"]["namespace"]
        if whose in {(one["namespace"], one["name"]) for one in binding["subjects"]}:
            for rule in roles[namespace, binding["roleRef"]["name"]]:
                assert set(rule) == {"apiGroups", "resources", "verbs"}
                for group in rule["apiGroups"]:
                    for resource in rule["resources"]:
                        yield from (
                            Right(namespace, group, resource, verb) for verb in rule["verbs"]
                        )


@asynccontextmanager
async def allowed(overlay: str, clock: Callable[[], int]) -> AsyncIterator[Cluster]:
    """A cluster in which accounts have the rights that are installed, and no others."""
    async with Cluster.started(clock=clock) as cluster:
        cluster.allow(accounts(overlay))
        yield cluster


def used(cluster: Cluster, whose: tuple[str, str]) -> set[Right]:
    """What that account did, and was let."""
    user = f"system:serviceaccount:{whose[0]}:{whose[1]}"
    calls = [call for call in cluster.calls if call.user == user]
    assert [call for call in calls if call.status == 403] == []
    return {
        Right(
            call.namespace,
            call.group,
            call.resource.partition(".")[0] + (f"/{call.subresource}" if call.subresource else ""),
            call.verb,
        )
        for call in calls
    }


async def test_the_service_uses_each_of_its_rights(
    overlay: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    async with allowed(overlay, clock) as cluster:
        user = {"token": cluster.token(*SERVICE)}
        monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path, cluster.url, user)))
        api, kubelet = KubernetesClient(), Kubelet(cluster, clock)
        await keep(ConfigMapRecords(api, BUILDS))
        await build(KanikoJobRunner(api, SETTINGS, judge_pod, clock), kubelet)
        await serve(KnativeServiceDeployer(api, PLACE), cluster)
        await kubelet.stop()
        await api.close()

        assert used(cluster, SERVICE) == rights(overlay, SERVICE)


async def keep(records: ConfigMapRecords) -> None:
    """All that is done with a record."""
    assert (await records.read(FUNCTION)).version is None
    stored = await records.write(Record(FUNCTION), None)
    stored = await records.write(stored.record, stored.version)
    assert len(await records.list()) == 1
    await records.erase(FUNCTION, stored.version)


async def build(runner: KanikoJobRunner, kubelet: Kubelet) -> None:
    """All that is done with a Job, and with one whose pod must be looked at."""
    job = spec_of(FUNCTION, "0123abcd" * 4)
    assert await runner.start(job)
    assert not await runner.start(job)
    await played(kubelet, job.name, histories.OOM_KANIKO)
    assert (await runner.list())[0].verdict is not None
    await runner.release(job.name)
    await runner.stop(job.name)


async def serve(deployer: KnativeServiceDeployer, cluster: Cluster) -> None:
    """All that is done with what serves a function, also after somebody's hand was at it."""
    first, second = spec(1, "a"), spec(2, "b")
    made = await deployer.create(first)
    await deployer.bind(first, made)
    account = cluster.object("serviceaccounts", FUNCTIONS, first.name)
    cluster.plant({**account, "automountServiceAccountToken": True})
    await deployer.bind(first, made)
    await deployer.bind(second, await deployer.patch(second, key(1)))
    await deployer.prune(second)
    seen = await deployer.look(second.name)
    assert seen is not None
    await deployer.delete(seen)


async def test_the_sidecar_uses_each_of_its_rights(overlay: str, tmp_path: Path) -> None:
    async with allowed(overlay, time.time_ns) as cluster:
        own_pods.planted(cluster, own_pods.RUNS)
        own_pods.kept(cluster, Record(FUNCTION))
        (tmp_path / "token").write_text(cluster.token(*SIDECAR), "ascii")
        client = PodClient(URL(cluster.url), tmp_path)
        pod, records = ClusterPod(client, BUILDS, own_pods.NAME), ConfigMapRecords(client, BUILDS)

        stored = await records.read(FUNCTION)
        await records.write(stored.record, stored.version)
        with suppress(ConflictError):
            await records.write(stored.record, stored.version)
        await pod.look()
        changes = pod.changes()
        seen = asyncio.ensure_future(anext(changes))
        cluster.logs.end(own_pods.planted(cluster, own_pods.over(0)), KANIKO)
        assert (await seen).containers
        _ = [piece async for piece in pod.log()]
        await client.close()

        assert used(cluster, SIDECAR) == rights(overlay, SIDECAR)


@pytest.mark.parametrize("verb", ["get", "list", "watch"])
def test_knative_may_look_at_jobs_and_at_nothing_else(overlay: str, verb: str) -> None:
    found = rights(overlay, ADAPTER)

    assert Right(BUILDS, "batch", "jobs", verb) in found
    assert len(found) == 3


def test_no_right_is_for_secrets_or_for_the_whole_cluster(overlay: str) -> None:
    assert of_kind(overlay, "ClusterRole") == of_kind(overlay, "ClusterRoleBinding") == []
    for role in of_kind(overlay, "Role"):
        for rule in role["rules"]:
            assert "secrets" not in rule["resources"]
            assert "*" not in {*rule["apiGroups"], *rule["resources"], *rule["verbs"]}


def test_what_runs_for_tenants_or_does_not_ask_the_api_has_no_rights(overlay: str) -> None:
    bound = {
        (subject["namespace"], subject["name"])
        for binding in of_kind(overlay, "RoleBinding")
        for subject in binding["subjects"]
    }

    assert bound == {SERVICE, SIDECAR, ADAPTER}
