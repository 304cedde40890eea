"""A sidecar sees its pod, whatever the API does to it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from contracts.contract import DEADLINE, eventually
from contracts.own_pod import OwnPodContract
from support.answering import answering
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.faults import Loss
from support.kubernetes.own_pods import NAME, RUNS, over, planted
from yarl import URL

from knative_lambda.adapters.pod import own_pod
from knative_lambda.adapters.pod.client import PodClient
from knative_lambda.adapters.pod.own_pod import ClusterPod
from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.domain.pod import KANIKO, ContainerStatus, PodStatus
from knative_lambda.ports.own_pod import OwnPod


@pytest.fixture(autouse=True)
def _tries_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_pod, "_SOON", 0.02)


class TestClusterPod(OwnPodContract):
    @pytest.fixture
    def pod(self, cluster: Cluster, client: PodClient) -> OwnPod:
        self.cluster = cluster
        return ClusterPod(client, BUILDS, NAME)

    async def show(self, kaniko: ContainerStatus, *, deleting: bool = False) -> None:
        ended = kaniko.exit_code is not None
        state = over(kaniko.exit_code or 0, kaniko.reason) if ended else RUNS
        planted(self.cluster, state, deleting=deleting)

    async def remove(self) -> None:
        self.cluster.remove("pods", BUILDS, NAME)

    async def end_watches(self) -> None:
        self.cluster.cut_watches()

    async def write(self, data: bytes) -> None:
        self.cluster.logs.say(self._pod(), KANIKO, data.decode())

    async def end_log(self) -> None:
        self.cluster.logs.end(self._pod(), KANIKO)
        planted(self.cluster, over(0, "Completed"))

    def _pod(self) -> dict[str, object]:
        return self.cluster.object("pods", BUILDS, NAME)


async def next_of(changes: AsyncIterator[PodStatus]) -> PodStatus | None:
    """What the watch gives next; `None`: it has ended."""
    async with asyncio.timeout(DEADLINE):
        return await anext(changes, None)


def exit_code(pod: PodStatus | None) -> int | None:
    assert pod is not None
    return pod.containers[KANIKO].exit_code


async def test_a_version_that_is_too_old_ends_the_watch_and_not_the_sight(
    cluster: Cluster, pod: ClusterPod
) -> None:
    await pod.look()
    planted(cluster, over(3))
    cluster.compact()
    assert await next_of(pod.changes()) is None
    assert exit_code(await pod.look()) == 3
    changes = pod.changes()
    planted(cluster, over(4))
    assert exit_code(await next_of(changes)) == 4


async def test_who_may_not_watch_looks_again_and_again(cluster: Cluster, pod: ClusterPod) -> None:
    cluster.faults.add(403, verb="watch", resource="pods")
    await pod.look()
    changes = pod.changes()
    planted(cluster, over(3))
    assert exit_code(await next_of(changes)) == 3
    planted(cluster, over(4))
    assert exit_code(await next_of(changes)) == 4
    cluster.remove("pods", BUILDS, NAME)
    assert await next_of(changes) is None


async def test_what_does_not_change_is_not_given_again(cluster: Cluster, pod: ClusterPod) -> None:
    cluster.faults.add(403, verb="watch", resource="pods")
    await pod.look()
    changes = pod.changes()
    waiting = asyncio.ensure_future(anext(changes))
    before = len(cluster.calls)

    async def looked() -> bool:
        return len(cluster.calls) > before + 5

    await eventually(looked)
    assert not waiting.done()
    waiting.cancel()


@pytest.mark.parametrize("outcome", [429, 500, 503, 504, Loss.BEFORE])
async def test_an_api_that_is_away_is_no_end(
    cluster: Cluster, pod: ClusterPod, outcome: int | Loss
) -> None:
    await pod.look()
    cluster.faults.add(outcome)
    with pytest.raises(TransientError):
        await pod.look()
    with pytest.raises(TransientError):
        await next_of(pod.changes())
    cluster.faults.clear()
    assert await pod.look() is not None


@pytest.mark.parametrize("status", [401, 403])
async def test_who_may_not_look_is_told_what_to_mend(
    cluster: Cluster, pod: ClusterPod, status: int
) -> None:
    cluster.faults.add(status, times=1)
    with pytest.raises(SetupError):
        await pod.look()


@pytest.mark.parametrize("line", [b"no JSON\n", b'{"type": "ADDED"}\n', b"[]\n", b"\n"])
async def test_a_change_that_cannot_be_read_is_no_end(line: bytes, client: PodClient) -> None:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=line)

    async with answering(answer) as url:
        broken = PodClient(URL(url), client.account)
        with pytest.raises(TransientError):
            await next_of(ClusterPod(broken, BUILDS, NAME).changes())
        await broken.close()


async def test_a_change_without_end_is_not_waited_for(
    client: PodClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_pod, "_LONGEST", 1 << 18)

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65536)

    async with answering(answer) as url:
        endless = PodClient(URL(url), client.account)
        with pytest.raises(TransientError, match="does not end"):
            await next_of(ClusterPod(endless, BUILDS, NAME).changes())
        await endless.close()


async def test_a_watch_that_is_silent_for_too_long_is_given_up(
    client: PodClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_pod, "_SILENT", 0.05)

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await asyncio.Event().wait()
        return response

    async with answering(answer) as url:
        silent = PodClient(URL(url), client.account)
        with pytest.raises(TransientError):
            await next_of(ClusterPod(silent, BUILDS, NAME).changes())
        await silent.close()


async def test_a_pod_of_that_name_and_no_other_is_watched(
    cluster: Cluster, pod: ClusterPod
) -> None:
    await pod.look()
    changes = pod.changes()
    other = cluster.object("pods", BUILDS, NAME)
    cluster.plant({**other, "metadata": {"name": "other", "namespace": BUILDS}})
    planted(cluster, over(3))
    assert exit_code(await next_of(changes)) == 3
