"""A broker, an S3, a registry and a cluster of the tests' own, all well, for `doctor` to see."""

import time
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiobotocore.session import get_session
from support.amqp import Client
from support.certificates import Certificates
from support.kubernetes.cluster import Cluster
from support.kubernetes_access import kubeconfig
from support.moto import REGION, Moto
from support.rabbitmq import RabbitMQServer, rabbitmq_server
from support.registry import READ_ONLY, Mode, RegistryServer, registry_server
from support.registry_setup import KNOWN, log_in
from support.s3_bucket import BackDoor
from support.sick_world import SickWorld

from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.topology import Topology


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMQServer]:
    with rabbitmq_server() as server:
        yield server


@pytest.fixture(scope="session")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.make(tmp_path_factory.mktemp("signers"))


@pytest.fixture(scope="session")
def registry(
    signers: Certificates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RegistryServer]:
    """One that wants a password."""
    with registry_server(tmp_path_factory.mktemp("registry"), Mode.BASIC, signers=signers) as one:
        yield one


@pytest.fixture
def read_only(signers: Certificates, tmp_path: Path) -> Iterator[RegistryServer]:
    """One that everybody may read, and nobody write to."""
    with registry_server(tmp_path, signers=signers, storage=READ_ONLY) as one:
        yield one


@pytest.fixture
async def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cluster]:
    """Which this process takes for its own."""
    async with Cluster.started(clock=time.time_ns) as cluster:
        monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path, cluster.url)))
        yield cluster


@pytest.fixture
async def bucket(aws: Moto) -> AsyncIterator[BackDoor]:
    """A new one, in what this process takes for S3."""
    async with get_session().create_client("s3", REGION, endpoint_url=aws.url) as s3:
        door = BackDoor(s3, f"contexts-{uuid.uuid4().hex[:12]}")
        await s3.create_bucket(Bucket=door.name)
        yield door


@pytest.fixture
async def broker(rabbitmq: RabbitMQServer) -> AsyncIterator[Client]:
    """A client of the broker, where a topology of the test's own stands."""
    name = uuid.uuid4().hex[:12]
    topology = Topology(f"events-{name}", f"builds-{name}", f"functions-{name}.dlq")
    link = Link(rabbitmq.url, topology, MemoryMetrics())
    await link.channel()
    await link.close()
    async with Client(rabbitmq.url, topology) as client:
        yield client


@pytest.fixture
async def world(  # noqa: PLR0913, PLR0917 - it has as many parts
    broker: Client,
    bucket: BackDoor,
    registry: RegistryServer,
    cluster: Cluster,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> SickWorld:
    """Well."""
    log_in(tmp_path / "config.json", registry.host, KNOWN)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    variables = {
        "KLB_RABBITMQ_URL": broker.url,
        "KLB_RABBITMQ_DECLARE": "passive",
        "KLB_EXCHANGE": broker.topology.exchange,
        "KLB_QUEUE": broker.topology.queue,
        "KLB_FUNCTION_DEAD_LETTER_QUEUE": broker.topology.functions,
        "KLB_CONTEXT_STORE": "s3",
        "KLB_CONTEXT_BUCKET": bucket.name,
        "KLB_JOB_RUNNER": "kubernetes",
        "KLB_SERVICE_DEPLOYER": "knative",
        "KLB_SIDECAR_IMAGE": "registry.test/sidecar:1",
        "KLB_IMAGE_REGISTRY": "oci",
        "KLB_REGISTRY": registry.host,
        "KLB_PUSH_SECRET": "registry-push",
    }
    one = SickWorld(variables, cluster, broker, bucket, broker.topology, capsys, tmp_path)
    one.install()
    await one.rule()
    return one
