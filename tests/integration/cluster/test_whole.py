"""From a request to what is served, with a real broker, a real registry and real sidecars."""

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiobotocore.session import get_session
from contracts.contract import eventually
from support.certificates import Certificates
from support.collector import Collector, Span, collector
from support.kubernetes import histories
from support.kubernetes.cluster import BUILDS, FUNCTIONS, Cluster
from support.kubernetes.kubelet import Kubelet
from support.kubernetes.own_pods import record_in
from support.kubernetes_access import kubeconfig
from support.moto import REGION
from support.rabbitmq import Names, RabbitMQServer, rabbitmq_server
from support.real_sidecars import RealSidecars
from support.registry_setup import Registries
from support.s3_bucket import BackDoor
from support.s3_gate import S3Gate
from support.services import service
from support.tls_front import tls_front
from support.whole import IDS, KEY, SERVICE, SERVICES, Ahead, Whole
from support.wired import FUNCTION, build_of
from yarl import URL

from knative_lambda.domain import names
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Phase
from knative_lambda.domain.signing import build_key, sign


@pytest.fixture(scope="module")
def rabbitmq() -> Iterator[RabbitMQServer]:
    with rabbitmq_server() as server:
        yield server


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.make(tmp_path_factory.mktemp("signers"))


@pytest.fixture(autouse=True)
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


async def test_a_start_becomes_a_function_that_is_served_by_what_was_pushed(
    whole: Whole,
) -> None:
    image = await whole.build("1")
    assert whole.served() == whole.pushed[image] != histories.DIGEST
    assert whole.there("serviceaccounts", FUNCTIONS) == [SERVICE]
    assert await whole.outcomes("1") == ["complete"]
    await whole.nothing_is_left()
    (log,) = await whole.bucket.stored()  # a sidecar's last deed
    assert log == await whole.log_of("1")


async def test_a_build_that_is_cancelled_while_it_runs_ends_once_and_leaves_nothing(
    whole: Whole,
) -> None:
    whole.runs_on = True
    await whole.start("1")
    await whole.until(lambda: bool(whole.running()))
    await whole.send("build.cancel", "c", build_id=build_of("1"))
    await whole.until(lambda: whole.settled("1", Phase.CANCELLED))
    await whole.until(lambda: not whole.there("jobs", BUILDS) and not whole.there("pods", BUILDS))
    assert await whole.outcomes("1") == ["cancelled"]
    await whole.nothing_is_left()


async def test_a_build_that_takes_too_long_is_stopped_once_that_is_told_and_its_log_is_kept(
    whole: Whole,
) -> None:
    whole.runs_on = True
    whole.sidecar["BUILD_TIMEOUT"] = "1"
    await whole.start("1")
    await whole.until(lambda: bool(whole.running()))
    await whole.until(lambda: whole.settled("1", Phase.FAILED))
    await whole.until(lambda: not whole.there("jobs", BUILDS) and not whole.there("pods", BUILDS))
    ended = record_in(whole.cluster, FUNCTION).builds[build_of("1")].outcome
    assert ended is not None
    assert ended.reason is Reason.TIMEOUT
    assert await whole.outcomes("1") == ["failed"]
    await whole.nothing_is_left()
    assert list(await whole.bucket.stored()) == [await whole.log_of("1")]
    assert not whole.pushed


async def test_a_newer_start_supersedes_one_that_is_built(whole: Whole) -> None:
    whole.runs_on = True
    await whole.start("1")
    await whole.until(lambda: bool(whole.running()))
    whole.runs_on = False
    await whole.build("2")
    await whole.until(lambda: whole.settled("1", Phase.SUPERSEDED))
    assert await whole.outcomes("1") == ["superseded"]
    assert await whole.outcomes("2") == ["complete"]
    await whole.nothing_is_left()


async def test_a_rollback_serves_the_build_before_and_a_delete_none(whole: Whole) -> None:
    before = await whole.build("1")
    await whole.build("2")
    await whole.send("service.rollback", "r")
    await whole.until(lambda: whole.served() == whole.pushed[before])
    await whole.send("service.delete", "d")
    await whole.until(lambda: whole.there(SERVICES, FUNCTIONS) == [])
    for kind in ("triggers", "serviceaccounts"):
        await whole.until(lambda kind=kind: whole.there(kind, FUNCTIONS) == [])  # type: ignore[misc]  # it takes none


async def test_law_4_a_completion_that_comes_after_a_delete_brings_nothing_back(
    whole: Whole,
) -> None:
    await whole.unbind("build.complete")
    await whole.start("1")
    await whole.until(lambda: whole.phase("1") is Phase.COMPLETE)
    await whole.until(lambda: not whole.running())
    assert whole.pushed
    await whole.send("service.delete", "d")
    late = await whole.heard("build.complete")
    await whole.heard("service.deleted")
    await whole.service.client.send(late)
    await whole.heard("service.superseded")
    assert whole.settled("1", Phase.COMPLETE)
    assert await whole.outcomes("1") == ["complete"]
    for kind in (SERVICES, "triggers", "serviceaccounts"):
        assert whole.there(kind, FUNCTIONS) == []
    assert set(await whole.kinds()) == {
        "build.start", "build.started", "build.complete",
        "service.delete", "service.deleted", "service.superseded",
    }  # fmt: skip
    await whole.nothing_is_left()
    await whole.nothing_waits()


def _signed(event_id: str, **data: Any) -> dict[str, Any]:
    """*data* as somebody signs it who has the key of that start's build."""
    said = {"build_id": build_of(event_id), "status": "success", **data}
    key = build_key(KEY, FUNCTION, build_of(event_id))
    return {**said, "signature": sign(key, {**IDS, **said})}


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param({"build_id": build_of("1"), "status": "success"}, id="unsigned"),
        pytest.param({**_signed("2"), "build_id": build_of("1")}, id="key of another build"),
        pytest.param(_signed("1", image_uri="evil.test/lambda/a:1"), id="foreign registry"),
        pytest.param(_signed("9", image_uri="evil.test/lambda/a:1"), id="unknown build"),
    ],
)
async def test_a_completion_that_is_forged_is_kept_and_deploys_nothing(
    whole: Whole, forged: dict[str, Any]
) -> None:
    await _is_kept(whole, forged)


async def test_a_completion_for_the_repository_of_another_function_is_kept(whole: Whole) -> None:
    others = names.repository("lambda/", FunctionId(FUNCTION.third_party_id, "another"))
    await _is_kept(whole, _signed("1", image_uri=f"{whole.registry.server.host}/{others}:1"))


async def _is_kept(whole: Whole, forged: dict[str, Any]) -> None:
    """While its build runs, *forged* becomes a dead letter, and deploys nothing."""
    whole.runs_on = True
    await whole.start("1")
    await whole.until(lambda: bool(whole.running()))
    await whole.send("build.complete", "forged", **forged)
    letters = whole.service.client.topology.dead_letters

    async def kept() -> bool:
        return await whole.service.client.depth(letters) == 1

    await eventually(kept)
    assert whole.there(SERVICES, FUNCTIONS) == []
    assert record_in(whole.cluster, FUNCTION).phase(build_of("1")) is Phase.OPEN


TRACE, PRODUCER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


async def test_all_that_comes_of_an_event_is_one_trace(whole: Whole, traces: Collector) -> None:
    whole.traceparent = f"00-{TRACE}-{PRODUCER}-01"
    await whole.build("1")
    await whole.until(lambda: "deployer.create" in {span.name for span in traces.spans})
    await whole.until(lambda: all(_is_whole(traces.of_trace(TRACE), PRODUCER)))

    spans = traces.of_trace(TRACE)
    paths = {path(span, spans) for span in spans.values()}
    start, outcome = "process build.start", "publisher.publish build.complete"
    assert paths >= {
        start,
        f"{start}/sources.fetch",
        f"{start}/packer.pack",
        f"{start}/contexts.put",
        f"{start}/records.write",
        f"{start}/publisher.publish build.started",
        f"{start}/runner.start",
        f"{start}/runner.start/kaniko",
        f"{start}/runner.start/kaniko/records.write",
        f"{start}/runner.start/kaniko/{outcome}",
        f"{start}/runner.start/kaniko/{outcome}/process build.complete",
        f"{start}/runner.start/kaniko/{outcome}/process build.complete/registry.digest",
        f"{start}/runner.start/kaniko/{outcome}/process build.complete/deployer.create",
    }
    services = {span.name: span.service for span in spans.values()}
    assert services["kaniko"] == "knative-lambda-sidecar"
    assert services["process build.complete"] == "knative-lambda"
    assert {span.trace_id for span in traces.spans} == {TRACE}
    (kaniko,) = (span for span in spans.values() if span.name == "kaniko")
    assert kaniko.ended > kaniko.started


def _is_whole(spans: dict[str, Span], producer: str) -> Iterator[bool]:
    """Whether each step's parent has come, too."""
    yield from (span.parent in spans or span.parent == producer for span in spans.values())


def path(span: Span, spans: dict[str, Span]) -> str:
    """The steps that led to *span*, from the producer's on."""
    kind = span.attributes.get("cloudevents.event_type", "").removeprefix(PREFIX)
    name = f"{span.name} {kind}" if span.name == "publisher.publish" else span.name
    return f"{path(spans[span.parent], spans)}/{name}" if span.parent in spans else name
