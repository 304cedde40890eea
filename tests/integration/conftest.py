"""What tests in several folders begin with: a cluster in virtual time, and an AWS.

A folder that needs another cluster, or another who asks, has its own fixture of that name.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest
from support.kubernetes.cluster import Cluster
from support.kubernetes.kubelet import Kubelet
from support.kubernetes_access import kubeconfig
from support.moto import Moto, moto_server, taken_for_aws
from support.world import Clock

from knative_lambda.adapters.kubernetes.client import KubernetesClient


@pytest.fixture
def clock() -> Clock:
    """Stands still unless it is advanced."""
    return Clock()


@pytest.fixture
async def cluster(clock: Clock) -> AsyncIterator[Cluster]:
    """With Knative, and without any object."""
    async with Cluster.started(clock=clock) as cluster:
        yield cluster


@pytest.fixture
async def kubelet(cluster: Cluster, clock: Clock) -> AsyncIterator[Kubelet]:
    """Of that cluster; its sidecars end with the test, and tell nobody."""
    kubelet = Kubelet(cluster, clock)
    yield kubelet
    await kubelet.stop()


@pytest.fixture
def user() -> Mapping[str, object]:
    """How the client shows who it is, as a kubeconfig says it: not at all."""
    return {}


@pytest.fixture
async def client(
    cluster: Cluster, user: Mapping[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[KubernetesClient]:
    """Ours, which finds that cluster by `KUBECONFIG`."""
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path, cluster.url, user)))
    client = KubernetesClient()
    yield client
    await client.close()


@pytest.fixture(scope="session")
def moto() -> Iterator[Moto]:
    """AWS, as far as these tests go."""
    with moto_server() as moto:
        yield moto


@pytest.fixture
def aws(moto: Moto, monkeypatch: pytest.MonkeyPatch) -> Moto:
    """An AWS with nothing in it, which this process takes for the real one."""
    moto.reset()
    taken_for_aws(moto, monkeypatch)
    return moto
