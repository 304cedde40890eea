"""What a whole builder in a cluster needs: an S3, and a kubeconfig that leads to the cluster."""

import os
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from support.kubernetes.cluster import Cluster
from support.kubernetes_access import kubeconfig
from support.moto import Moto, moto_server
from support.s3_gate import S3Gate

_ELSEWHERE = ("AWS_", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")


@pytest.fixture(scope="session")
def moto() -> Iterator[Moto]:
    """AWS, as far as these tests go."""
    with moto_server() as moto:
        yield moto


@pytest.fixture
def gate(moto: Moto, monkeypatch: pytest.MonkeyPatch) -> S3Gate:
    """What this process takes for S3, once it is entered."""
    for name in [name for name in os.environ if name.startswith(_ELSEWHERE)]:
        monkeypatch.delenv(name)
    gate = S3Gate(moto.url)
    for name, value in moto.environment.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", gate.url)
    return gate


@pytest.fixture
async def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cluster]:
    """One on the time of this machine, to which `KUBECONFIG` leads."""
    async with Cluster.started(clock=time.time_ns) as cluster:
        monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path, cluster.url)))
        yield cluster
