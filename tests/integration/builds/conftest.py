"""A cluster of the tests' own in virtual time, and the client that the environment leads to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.jobs import SETTINGS
from support.kubernetes.cluster import Cluster
from support.kubernetes.kubelet import Kubelet
from support.kubernetes_access import kubeconfig
from support.world import Clock

from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.adapters.kubernetes.job_runner import KanikoJobRunner
from knative_lambda.sidecar.pod_verdict import judge_pod


@pytest.fixture
def clock() -> Clock:
    """Stands still unless it is advanced."""
    return Clock()


@pytest.fixture
async def cluster(clock: Clock) -> AsyncIterator[Cluster]:
    """A cluster without Jobs."""
    async with Cluster.started(clock=clock) as cluster:
        yield cluster


@pytest.fixture
async def kubelet(cluster: Cluster, clock: Clock) -> AsyncIterator[Kubelet]:
    """Of that cluster; its sidecars end with the test, and tell nobody."""
    kubelet = Kubelet(cluster, clock)
    yield kubelet
    await kubelet.stop()


@pytest.fixture
async def client(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[KubernetesClient]:
    """Finds the cluster by `KUBECONFIG`."""
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path, cluster.url)))
    client = KubernetesClient()
    yield client
    await client.close()


@pytest.fixture
def runner(client: KubernetesClient, clock: Clock) -> KanikoJobRunner:
    """Of that cluster."""
    return KanikoJobRunner(client, SETTINGS, judge_pod, clock)
