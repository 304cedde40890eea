"""What a whole builder in a cluster needs: a broker, an S3, a registry, and what leads to them."""

import os
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiobotocore.session import get_session
from support.certificates import Certificates
from support.collector import Collector, collector
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.kubelet import Kubelet
from support.kubernetes_access import kubeconfig
from support.moto import REGION, Moto, moto_server
from support.rabbitmq import Names, RabbitMQServer, rabbitmq_server
from support.real_sidecars import RealSidecars
from support.registry_setup import Registries
from support.s3_bucket import BackDoor
from support.s3_gate import S3Gate
from support.services import service
from support.tls_front import tls_front
from support.whole import KEY, Ahead, Whole
from yarl import URL

from knative_lambda.domain.cloudevent import PREFIX

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


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMQServer]:
    with rabbitmq_server() as server:
        yield server


@pytest.fixture(scope="session")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.make(tmp_path_factory.mktemp("signers"))


@pytest.fixture
async def traces(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Collector]:
    """Where all of it sends its traces, soon after each step."""
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
    async with collector() as one:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", one.url)
        yield one


@pytest.fixture
async def whole(
    rabbitmq: RabbitMQServer,
    signers: Certificates,
    gate: S3Gate,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Whole]:
    unique, clock = uuid.uuid4().hex[:12], Ahead()
    mine = Names(f"cloud-events-{unique}", f"builds-{unique}")
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(gate)
        s3 = await stack.enter_async_context(
            get_session().create_client("s3", REGION, endpoint_url=gate.url)
        )
        bucket = BackDoor(s3, f"contexts-{unique}")
        await s3.create_bucket(Bucket=bucket.name)
        cluster = await stack.enter_async_context(Cluster.started(clock=clock))
        monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path, cluster.url)))
        registry = await Registries(tmp_path, signers, stack).open()
        told = await pod_variables(stack, cluster, tmp_path, signers)
        sidecars = RealSidecars(tmp_path, told, {"KLB_RABBITMQ_URL": rabbitmq.writer_url})
        variables = {
            "KLB_CONTEXT_STORE": "s3",
            "KLB_CONTEXT_BUCKET": bucket.name,
            "KLB_JOB_RUNNER": "kubernetes",
            "KLB_SERVICE_DEPLOYER": "knative",
            "KLB_IMAGE_REGISTRY": "oci",
            "KLB_SIDECAR_IMAGE": "registry.test/sidecar:1",
            "KLB_REGISTRY": registry.server.host,
            "KLB_INSECURE_REGISTRIES": registry.server.host,
            "KLB_COMPLETION_KEY": KEY,
            "OTEL_EXPORTER_OTLP_ENDPOINT": os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"],
        }
        running = await stack.enter_async_context(service(rabbitmq, mine, variables=variables))
        kubelet = Kubelet(cluster, clock, sidecar=sidecars.run)
        stack.push_async_callback(kubelet.stop)
        channel = await running.client.channel()
        queue = await channel.declare_queue(f"observer-{unique}", durable=True)
        await queue.bind(mine.exchange, f"{PREFIX}#")
        made = Whole(cluster, kubelet, running, registry, bucket, queue.name, told)
        kubelet.plan = made.plan
        yield made


async def pod_variables(
    stack: AsyncExitStack, cluster: Cluster, folder: Path, signers: Certificates
) -> dict[str, str]:
    """What every pod has to reach the API by, and whom it trusts there."""
    (folder / "token").write_text(cluster.token(BUILDS, "build"), "ascii")
    (folder / "ca.crt").write_bytes(signers.authority.read_bytes())
    front = tls_front(URL(cluster.url).port or 0, signers)
    return {
        "KUBERNETES_SERVICE_HOST": "127.0.0.1",
        "KUBERNETES_SERVICE_PORT": str(await stack.enter_async_context(front)),
        "KLB_SERVICE_ACCOUNT_DIR": str(folder),
    }
