"""A cluster of the tests' own, and a pod in it that sees it as a sidecar does."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.own_pods import NAME, RUNS, planted
from yarl import URL

from knative_lambda.adapters.pod.client import PodClient
from knative_lambda.adapters.pod.own_pod import ClusterPod


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    """One whose pod runs, on the time of this machine."""
    async with Cluster.started(clock=time.time_ns) as cluster:
        planted(cluster, RUNS)
        yield cluster


@pytest.fixture
def account(tmp_path: Path, cluster: Cluster) -> Path:
    """The folder of a ServiceAccount."""
    (tmp_path / "token").write_text(f"{cluster.token(BUILDS, 'build')}\n", "ascii")
    return tmp_path


@pytest.fixture
async def client(cluster: Cluster, account: Path) -> AsyncIterator[PodClient]:
    """Of that pod."""
    client = PodClient(URL(cluster.url), account)
    yield client
    await client.close()


@pytest.fixture
def pod(client: PodClient) -> ClusterPod:
    """The pod itself."""
    return ClusterPod(client, BUILDS, NAME)
