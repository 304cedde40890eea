"""A cluster's logs keep the laws of `BuildLogs`; what Kaniko writes is read, and of no other."""

from typing import Any

import pytest
from contracts.build_logs import NAME, BuildLogsContract, read
from support.kubernetes.cluster import BUILDS, Cluster

from knative_lambda.adapters.kubernetes.build_logs import KanikoBuildLogs
from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.domain import labels
from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.ports.build_logs import BuildLogs

RUNNING = {"running": {"startedAt": "2026-11-23T10:00:00Z"}}
ENDED = {"terminated": {"exitCode": 0, "reason": "Completed"}}
WAITING = {"waiting": {"reason": "PodInitializing"}}


def pod(job: str, state: dict[str, Any], suffix: str = "x1") -> dict[str, Any]:
    """A Job's pod, as far as it matters here."""
    container = {"name": "kaniko", "image": "kaniko.test/kaniko:1"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": f"{job}-{suffix}",
            "namespace": BUILDS,
            "labels": {labels.MANAGED_BY: labels.MANAGER, labels.NAME: job},
        },
        "spec": {"containers": [container]},
        "status": {"containerStatuses": [{**container, "state": state}]},
    }


@pytest.fixture
def logs(client: KubernetesClient) -> KanikoBuildLogs:
    return KanikoBuildLogs(client, BUILDS)


class TestKanikoBuildLogs(BuildLogsContract):
    @pytest.fixture
    def logs(self, logs: KanikoBuildLogs, cluster: Cluster) -> BuildLogs:
        self.cluster = cluster
        return logs

    async def write(self, name: str, text: bytes) -> None:
        there = self.cluster.plant(pod(name, RUNNING))
        self.cluster.logs.of(there, "kaniko").add(text, self.cluster.store.clock())
        self.cluster.store.stir()

    async def end(self, name: str) -> None:
        self.cluster.logs.end(self.cluster.plant(pod(name, ENDED)), "kaniko")


async def test_a_build_that_waits_has_not_begun(logs: BuildLogs, cluster: Cluster) -> None:
    cluster.plant(pod(NAME, WAITING))
    assert await logs.open(NAME, follow=True) is None


async def test_the_pod_that_took_the_place_of_another_is_read(
    logs: BuildLogs, cluster: Cluster
) -> None:
    for suffix, made in (("old", "2026-11-23T10:00:00Z"), ("new", "2026-11-23T11:00:00Z")):
        one = pod(NAME, ENDED, suffix)
        one["metadata"]["creationTimestamp"] = made
        there = cluster.plant(one)
        cluster.logs.say(there, "kaniko", f"{suffix}\n")
        cluster.logs.end(there, "kaniko")
    assert await read(logs, NAME) == b"new\n"


async def test_a_pod_that_goes_in_between_has_nothing_to_be_read(
    logs: BuildLogs, cluster: Cluster
) -> None:
    cluster.plant(pod(NAME, RUNNING))
    pieces = await logs.open(NAME, follow=False)
    assert pieces is not None
    cluster.remove("pods", BUILDS, f"{NAME}-x1")
    assert [piece async for piece in pieces] == []


FORBIDDEN = 'pods "x" is forbidden: User "u" cannot get resource "pods/log" in API group ""'


async def test_what_may_not_be_read_and_what_cannot_be_reached_are_told_apart(
    logs: BuildLogs, cluster: Cluster
) -> None:
    cluster.plant(pod(NAME, RUNNING))
    cluster.faults.add(403, verb="get", subresource="log", message=FORBIDDEN, times=1)
    with pytest.raises(SetupError, match=r"get pods/log .* in the namespace .*: not permitted"):
        await read(logs, NAME)
    cluster.faults.add(503, verb="get", subresource="log", times=1)
    with pytest.raises(TransientError, match="get pods/log"):
        await read(logs, NAME)
    cluster.faults.down = True
    with pytest.raises(TransientError):
        await logs.open(NAME, follow=False)
