"""A cluster of the tests' own, and a pod in it that sees it as a sidecar does."""

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from support.accompanied import BUILD, FUNCTION, IMAGE, KEY
from support.amqp import Client
from support.certificates import Certificates
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.own_pods import NAME, RUNS, planted
from support.rabbitmq import RabbitMQServer, rabbitmq_server
from support.sidecar_process import TOPOLOGY
from support.tls_front import tls_front
from yarl import URL

from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.pod.client import PodClient
from knative_lambda.adapters.pod.own_pod import ClusterPod
from knative_lambda.adapters.rabbitmq.link import Link


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


@pytest.fixture(scope="package")
def rabbitmq() -> Iterator[RabbitMQServer]:
    """The server of these tests."""
    with rabbitmq_server() as server:
        yield server


@pytest.fixture
async def broker(rabbitmq: RabbitMQServer) -> AsyncIterator[Client]:
    """One in which all stands, and nothing waits."""
    link = Link(rabbitmq.url, TOPOLOGY, MemoryMetrics())
    await (await link.channel()).close()
    await link.close()
    async with Client(rabbitmq.url, TOPOLOGY) as client:
        await client.drain(TOPOLOGY.queue)
        yield client


@pytest.fixture
async def variables(
    cluster: Cluster, account: Path, rabbitmq: RabbitMQServer, broker: Client
) -> AsyncIterator[dict[str, str]]:
    """Those of a pod of the cluster; the broker is one that stands."""
    assert broker
    certificates = Certificates.make(account)
    (account / "ca.crt").write_bytes(certificates.authority.read_bytes())
    async with tls_front(URL(cluster.url).port or 0, certificates) as port:
        yield {
            "KUBERNETES_SERVICE_HOST": "127.0.0.1",
            "KUBERNETES_SERVICE_PORT": str(port),
            "KLB_SERVICE_ACCOUNT_DIR": str(account),
            "BUILD_JOB_NAME": "build-acme-hello",
            "THIRD_PARTY_ID": FUNCTION.third_party_id,
            "PARSER_ID": FUNCTION.parser_id,
            "BUILD_ID": BUILD,
            "IMAGE_URI": IMAGE,
            "BUILD_TIMEOUT": "600",
            "COMPLETION_KEY": KEY.hex(),
            "POD_NAME": NAME,
            "POD_NAMESPACE": BUILDS,
            "KLB_RABBITMQ_URL": rabbitmq.writer_url,
            "KLB_EXCHANGE": TOPOLOGY.exchange,
            "KLB_LOG_LEVEL": "debug",
        }
