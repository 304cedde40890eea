"""A cluster in virtual time, whose kubelet runs the real sidecar."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.accompanied import opened
from support.kubernetes.build_jobs import build_job
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.kubelet import Kubelet
from support.kubernetes.own_pods import kept
from support.played_sidecars import PlayedSidecars
from support.world import Clock

from knative_lambda.adapters.pod import own_pod
from knative_lambda.sidecar import accompanying, reporting, watching


@pytest.fixture(autouse=True)
def _in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sidecar waits in real time, and the kubelet moves the clock."""
    for module, name, changed in (
        (watching, "_LONGEST", 0.02),
        (watching, "SOON", 0.02),
        (watching, "LATER", 0.02),
        (watching, "SETTLING", 0.3),
        (accompanying, "DRAINING", 0.3),
        (own_pod, "_SOON", 0.02),
        (watching, "WAITS", (0.02,)),
        (reporting, "WAITS", ()),
        (reporting, "LONGEST", 0.05),
    ):
        monkeypatch.setattr(module, name, changed)


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    """In virtual time; the build is open."""
    async with Cluster.started(clock=Clock()) as cluster:
        kept(cluster, opened())
        yield cluster


@pytest.fixture
def account(tmp_path: Path, cluster: Cluster) -> Path:
    """The folder of a ServiceAccount."""
    (tmp_path / "token").write_text(f"{cluster.token(BUILDS, 'build')}\n", "ascii")
    return tmp_path


@pytest.fixture
def sidecars(cluster: Cluster, account: Path) -> PlayedSidecars:
    """What the kubelet runs."""
    clock = cluster.store.clock
    assert isinstance(clock, Clock)
    return PlayedSidecars(cluster, clock, account)


@pytest.fixture
async def kubelet(cluster: Cluster, sidecars: PlayedSidecars) -> AsyncIterator[Kubelet]:
    """It has the Job `build-a` to play."""
    cluster.plant(build_job("build-a"))
    kubelet = Kubelet(cluster, sidecars.clock, sidecar=sidecars.run)
    yield kubelet
    await kubelet.stop()
