"""A Kubernetes API of the tests' own, a kubelet beside it, and virtual time for both."""

from collections.abc import AsyncIterator

import pytest
from support.kubernetes.cluster import Cluster
from support.kubernetes.kubelet import Kubelet
from support.world import Clock


@pytest.fixture
def clock() -> Clock:
    """Stands still unless it is advanced."""
    return Clock()


@pytest.fixture
async def cluster(clock: Clock) -> AsyncIterator[Cluster]:
    """A new one."""
    async with Cluster.started(clock=clock) as cluster:
        yield cluster


@pytest.fixture
async def kubelet(cluster: Cluster, clock: Clock) -> AsyncIterator[Kubelet]:
    """Of that cluster; its sidecars end with the test."""
    kubelet = Kubelet(cluster, clock)
    yield kubelet
    await kubelet.stop()
