"""A cluster with Knative, and deployers that write to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.knative_specs import spec
from support.kubernetes.cluster import FUNCTIONS, Cluster
from support.kubernetes_access import kubeconfig
from support.world import Clock

from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer
from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.ports.service_deployer import Service


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    async with Cluster.started(clock=Clock()) as cluster:
        yield cluster


@pytest.fixture
async def api(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[KubernetesClient]:
    """Finds the cluster by `KUBECONFIG`."""
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path, cluster.url)))
    client = KubernetesClient()
    yield client
    await client.close()


@pytest.fixture
def place() -> Place:
    sink = "http://builder.knative-lambda-system.svc/dead-letters"
    return Place(namespace=FUNCTIONS, broker="default", dead_letter_sink=sink)


@pytest.fixture
def deployer(api: KubernetesClient, place: Place) -> KnativeServiceDeployer:
    return KnativeServiceDeployer(api, place)


@pytest.fixture
async def owner(deployer: KnativeServiceDeployer) -> Service:
    """A Service with all that goes with it."""
    created = await deployer.create(spec(1, "a"))
    await deployer.bind(spec(1, "a"), created)
    return created
