"""Whatever is away, renewed, lost or killed, the sidecar tells the one outcome."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import attrs
import pytest
from contracts.contract import eventually
from support.accompanied import BUILD, FUNCTION, opened
from support.amqp import Client
from support.kubernetes import histories
from support.kubernetes.changes import ended, running, terminated
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.histories import DIGEST, History
from support.kubernetes.kubelet import Kubelet
from support.kubernetes.own_pods import kept, record_in
from support.kubernetes.pods import Role
from support.kubernetes.sidecar_role import permitted
from support.played_sidecars import PlayedSidecars
from support.rabbitmq import RabbitMQServer, rabbitmq_server
from support.tcp_proxy import TcpProxy

from knative_lambda.adapters.memory.faults import Crashed
from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.adapters.rabbitmq.event_publisher import RabbitMQEventPublisher
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.domain import names
from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.record import Phase
from knative_lambda.ports import wire
from knative_lambda.ports.event_publisher import EventPublisher

TOPOLOGY = Topology("cloud-events-outages", "builds-outages", "builds-outages.functions")
_STARTED: History = histories.RUNS_FOR_EVER


@pytest.fixture(scope="module")
def rabbitmq() -> Iterator[RabbitMQServer]:
    """The server of these tests."""
    with rabbitmq_server() as server:
        yield server


@pytest.fixture
async def proxy(rabbitmq: RabbitMQServer) -> AsyncIterator[TcpProxy]:
    """In front of it."""
    async with TcpProxy("127.0.0.1", rabbitmq.port) as proxy:
        yield proxy


@pytest.fixture
async def broker(rabbitmq: RabbitMQServer) -> AsyncIterator[Client]:
    """What others see there."""
    link = Link(rabbitmq.url, TOPOLOGY, MemoryMetrics())
    await (await link.channel()).close()
    await link.close()
    async with Client(rabbitmq.url, TOPOLOGY) as client:
        yield client


@pytest.fixture
async def publishing(
    proxy: TcpProxy, rabbitmq: RabbitMQServer, sidecars: PlayedSidecars
) -> AsyncIterator[None]:
    """The sidecar publishes over the proxy."""
    link = Link(proxy.url(rabbitmq.writer_url), TOPOLOGY, MemoryMetrics(), publishes=True)
    sidecars.publisher = RabbitMQEventPublisher(link)
    yield
    await link.close()


async def decided(cluster: Cluster) -> None:
    """Wait until the record has the outcome."""

    async def probe() -> bool:
        return record_in(cluster, FUNCTION).phase(BUILD) is not Phase.OPEN

    await eventually(probe)


async def seconds(kubelet: Kubelet, count: float) -> None:
    """Let so many pass, and what is due then happen."""
    kubelet.clock.advance(count)
    await kubelet.step()


@pytest.mark.usefixtures("publishing")
async def test_a_broker_that_is_away_is_told_when_it_is_back(
    kubelet: Kubelet, sidecars: PlayedSidecars, proxy: TcpProxy, broker: Client
) -> None:
    proxy.refuse()
    life = await kubelet.play("build-a", histories.RUN_EXIT_3)
    await seconds(kubelet, 5)
    await decided(kubelet.cluster)
    assert life.sidecar is not None
    assert not life.sidecar.ended
    await proxy.accept()
    await sidecars.play_out(kubelet, life)
    events = [wire.decode(envelope.message_of(one)) for one in await broker.drain(TOPOLOGY.queue)]
    assert [event.id for event in events] == [names.event(BUILD, "outcome")]
    assert life.sidecar.exit_code() == 0


@pytest.mark.usefixtures("publishing")
async def test_a_confirmation_that_is_lost_makes_a_repeat_of_the_same_bytes(
    kubelet: Kubelet, sidecars: PlayedSidecars, proxy: TcpProxy, broker: Client
) -> None:
    proxy.stall()
    life = await kubelet.play("build-a", histories.RUN_EXIT_3)
    await seconds(kubelet, 5)
    await decided(kubelet.cluster)
    proxy.cut()
    proxy.resume()
    await sidecars.play_out(kubelet, life)
    bodies = {message.body for message in await broker.drain(TOPOLOGY.queue)}
    assert len(bodies) == 1


async def test_an_api_that_is_away_as_the_build_ends_is_waited_for(
    kubelet: Kubelet, sidecars: PlayedSidecars
) -> None:
    life = await kubelet.play("build-a", histories.SUCCESS)
    await seconds(kubelet, 2)
    await sidecars.caught_up(life)
    kubelet.cluster.faults.down = True
    kubelet.cluster.cut_watches()
    await seconds(kubelet, 5)
    assert life.sidecar is not None
    assert sidecars.told() == ""
    kubelet.cluster.faults.down = False
    await sidecars.play_out(kubelet, life)
    assert sidecars.told() == "complete"


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
async def test_an_api_that_refuses_everything_for_a_while_is_asked_again(
    kubelet: Kubelet, sidecars: PlayedSidecars, status: int
) -> None:
    kubelet.cluster.faults.add(status, times=12)
    life = await kubelet.play("build-a", histories.RUN_EXIT_3)
    await sidecars.play_out(kubelet, life)
    assert sidecars.told() == "build_exit"


async def test_a_token_that_is_renewed_is_used(
    kubelet: Kubelet, sidecars: PlayedSidecars, account: Path
) -> None:
    cluster = kubelet.cluster
    cluster.allow(permitted("build", ["get", "watch"]) + permitted("renewed", ["get", "watch"]))
    life = await kubelet.play("build-a", histories.RUN_EXIT_3)
    await seconds(kubelet, 2)
    await sidecars.caught_up(life)
    cluster.remove("serviceaccounts", BUILDS, "build")
    (account / "token").write_text(cluster.token(BUILDS, "renewed"), "ascii")
    await sidecars.play_out(kubelet, life)
    assert sidecars.told() == "build_exit"


@pytest.mark.parametrize("verbs", [["get", "watch"], ["get"]])
async def test_few_rights_are_enough(
    kubelet: Kubelet, sidecars: PlayedSidecars, verbs: list[str]
) -> None:
    """To see its pods, and to read and update records: not to list, create or delete anything."""
    kubelet.cluster.allow(permitted("build", verbs))
    life = await kubelet.play("build-a", histories.RUN_EXIT_3)
    await sidecars.play_out(kubelet, life)
    assert sidecars.told() == "build_exit"
    assert "exit status 3" in sidecars.logs[0]


async def test_a_version_that_is_forgotten_is_looked_up_again(
    kubelet: Kubelet, sidecars: PlayedSidecars
) -> None:
    life = await kubelet.play("build-a", histories.SUCCESS)
    for _ in range(8):
        await seconds(kubelet, 0.3)
        kubelet.cluster.compact()
        kubelet.cluster.cut_watches()
    await sidecars.play_out(kubelet, life)
    assert sidecars.told() == "complete"


async def test_sigterm_that_is_lost_is_not_needed(
    kubelet: Kubelet, sidecars: PlayedSidecars
) -> None:
    shown = ended(Role.MAIN, 0, "Completed", DIGEST)
    life = await kubelet.play("build-a", (*_STARTED, (3.0, shown)))
    await sidecars.play_out(kubelet, life, lambda: bool(sidecars.published))
    assert sidecars.told() == "complete"
    assert life.sidecar is not None
    assert not life.sidecar.run.terminated.is_set()


async def test_sigterm_that_is_early_ends_nothing(
    kubelet: Kubelet, sidecars: PlayedSidecars
) -> None:
    early = terminated(grace=1000)
    shown = ended(Role.MAIN, 0, "Completed", DIGEST)
    life = await kubelet.play("build-a", (*_STARTED, (1.0, early), (90.0, shown)))
    await sidecars.play_out(kubelet, life, lambda: bool(sidecars.published))
    assert sidecars.told() == "complete"


async def test_a_build_that_was_cancelled_is_told_to_be(
    kubelet: Kubelet, sidecars: PlayedSidecars
) -> None:
    life = await kubelet.play("build-a", histories.RUNS_FOR_EVER)
    await seconds(kubelet, 5)
    kept(kubelet.cluster, opened(Phase.CANCELLED))
    job = f"{kubelet.cluster.url}/apis/batch/v1/namespaces/{BUILDS}/jobs/build-a"
    async with aiohttp.ClientSession() as client:
        await client.delete(job, params={"propagationPolicy": "Background"})
    await sidecars.play_out(kubelet, life)
    assert sidecars.told() == "cancelled"


async def test_one_that_is_deleted_by_hand_is_lost(
    kubelet: Kubelet, sidecars: PlayedSidecars
) -> None:
    life = await kubelet.play("build-a", histories.RUNS_FOR_EVER)
    await seconds(kubelet, 5)
    job = f"{kubelet.cluster.url}/apis/batch/v1/namespaces/{BUILDS}/jobs/build-a"
    async with aiohttp.ClientSession() as client:
        await client.delete(job, params={"propagationPolicy": "Background"})
    await sidecars.play_out(kubelet, life)
    assert sidecars.told() == "lost"


@attrs.define
class _CrashesOnce(EventPublisher):
    """The process is killed as it is about to publish."""

    inner: EventPublisher
    calls: int = 0

    async def publish(self, announcement: Announcement) -> None:
        self.calls += 1
        if self.calls == 1:
            raise Crashed("publish")
        await self.inner.publish(announcement)


@pytest.mark.usefixtures("publishing")
async def test_one_that_is_killed_before_it_publishes_tells_what_it_had_decided(
    kubelet: Kubelet, sidecars: PlayedSidecars, broker: Client
) -> None:
    assert sidecars.publisher is not None
    sidecars.publisher = _CrashesOnce(sidecars.publisher)
    sidecars.timeout = 30
    life = await kubelet.play("build-a", histories.RUNS_FOR_EVER)
    before = None
    while sidecars.runs < 2:
        await sidecars.caught_up(life)
        await seconds(kubelet, 5)
        record = record_in(kubelet.cluster, FUNCTION)
        before = before or (record if record.phase(BUILD) is Phase.FAILED else None)

    async def heard() -> bool:
        return await broker.depth(TOPOLOGY.queue) == 1

    await eventually(heard)
    assert record_in(kubelet.cluster, FUNCTION) == before
    (message,) = await broker.drain(TOPOLOGY.queue)
    assert wire.decode(envelope.message_of(message)).id == names.event(BUILD, "outcome")


async def test_kaniko_that_ended_before_the_sidecar_began_is_told(
    kubelet: Kubelet, sidecars: PlayedSidecars
) -> None:
    fast: History = (*_STARTED[:2], *_STARTED[3:], (0.1, ended(Role.MAIN, 3, "Error")))
    late = (0.1, running(Role.SIDECAR))
    life = await kubelet.play("build-a", (*fast, late, (0.5, terminated())))
    await sidecars.play_out(kubelet, life, lambda: bool(sidecars.published))
    assert sidecars.told() == "build_exit"
