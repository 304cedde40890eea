"""A Kubernetes API of the tests' own, a kubelet beside it, and virtual time for both."""

import uuid
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
from support.kubernetes.client import Client
from support.kubernetes.cluster import BUILDS, FUNCTIONS, Cluster
from support.kubernetes.real_api import RealApi, is_there, real_api


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Closed with the test."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def builds(cluster: Cluster, session: aiohttp.ClientSession) -> Client:
    """A client of that cluster, in the namespace of the builds."""
    return Client(session, cluster.url, BUILDS)


@pytest.fixture
def functions(cluster: Cluster, session: aiohttp.ClientSession) -> Client:
    """A client of that cluster, in the namespace of the functions."""
    return Client(session, cluster.url, FUNCTIONS)


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealApi]:
    """A real one, for whoever has one."""
    with real_api(tmp_path_factory.mktemp("kubernetes")) as real:
        yield real


@pytest.fixture
async def real_client(real: RealApi) -> AsyncIterator[Client]:
    """A client of it, in a namespace of its own."""
    namespace = f"tests-{uuid.uuid4()}"
    async with real.session() as session:
        client = Client(session, real.url, namespace)
        metadata = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
        await client.call("POST", "/api/v1/namespaces", metadata)
        yield client
        await client.call("DELETE", f"/api/v1/namespaces/{namespace}")


@pytest.fixture(params=["builds", *(["real_client"] if is_there() else [])])
def api(request: pytest.FixtureRequest) -> Client:
    """A client of the tests' own API, and of a real one where there is one: both must agree."""
    client: Client = request.getfixturevalue(request.param)
    return client
