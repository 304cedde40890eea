"""A cluster of the tests' own, and the client that the environment leads to it."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.kubernetes.cluster import Cluster
from support.kubernetes_access import kubeconfig

from knative_lambda.adapters.kubernetes.client import KubernetesClient


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    """A cluster without Jobs, on the time of this machine."""
    async with Cluster.started(clock=time.time_ns) as cluster:
        yield cluster


@pytest.fixture
async def client(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[KubernetesClient]:
    """Finds the cluster by `KUBECONFIG`."""
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path, cluster.url)))
    client = KubernetesClient()
    yield client
    await client.close()
