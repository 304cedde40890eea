"""The log of the build comes whole, over however many connections."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from contracts.contract import DEADLINE, eventually
from support.answering import answering
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.faults import Loss
from support.kubernetes.own_pods import NAME, RUNS, over, planted
from support.tcp_proxy import TcpProxy
from yarl import URL

from knative_lambda.adapters.pod import own_pod
from knative_lambda.adapters.pod.client import PodClient
from knative_lambda.adapters.pod.own_pod import ClusterPod
from knative_lambda.domain.errors import SetupError
from knative_lambda.domain.pod import KANIKO


@pytest.fixture(autouse=True)
def _tries_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_pod, "_SOON", 0.02)


def wrote(cluster: Cluster, text: str) -> None:
    cluster.logs.say(cluster.object("pods", BUILDS, NAME), KANIKO, text)


def ended(cluster: Cluster) -> None:
    cluster.logs.end(cluster.object("pods", BUILDS, NAME), KANIKO)
    planted(cluster, over(0, "Completed"))


class Follower:
    """Takes down what a pod's log gives."""

    def __init__(self, pod: ClusterPod) -> None:
        self.text = ""
        self.task = asyncio.create_task(self._follow(pod))

    async def _follow(self, pod: ClusterPod) -> None:
        async for piece in pod.log():
            self.text += piece.decode()

    async def until(self, text: str) -> None:
        async def read() -> bool:
            return self.text == text

        await eventually(read)

    async def end(self) -> str:
        async with asyncio.timeout(DEADLINE):
            await self.task
        return self.text


def asked(cluster: Cluster) -> int:
    return sum(call.subresource == "log" for call in cluster.calls)


async def asked_again(cluster: Cluster, times: int = 3) -> None:
    """Wait until the log was asked for some times more."""
    before = asked(cluster)

    async def again() -> bool:
        return asked(cluster) >= before + times

    await eventually(again)


Break = Callable[[TcpProxy], Awaitable[None]]


async def test_a_connection_that_is_lost_loses_nothing(cluster: Cluster, client: PodClient) -> None:
    host = URL(cluster.url)
    async with TcpProxy("127.0.0.1", host.port or 0) as proxy:
        through = PodClient(URL(proxy.url(cluster.url)), client.account)
        follower = Follower(ClusterPod(through, BUILDS, NAME))
        written = ""
        for number in range(5):
            text = f"line {number}\nhalf of "
            wrote(cluster, text)
            written += text
            await follower.until(written)
            proxy.cut()
        wrote(cluster, "the end\n")
        ended(cluster)
        assert await follower.end() == f"{written}the end\n"
        await through.close()


async def test_what_was_written_while_the_api_was_away_comes_later(
    cluster: Cluster, pod: ClusterPod
) -> None:
    follower = Follower(pod)
    wrote(cluster, "before\n")
    await follower.until("before\n")
    cluster.faults.add(503, subresource="log", times=3)
    planted(cluster, RUNS)
    cluster.faults.add(Loss.BEFORE, verb="get", subresource="", times=2)
    wrote(cluster, "after\n")
    ended(cluster)
    assert await follower.end() == "before\nafter\n"


async def test_a_build_that_has_not_started_is_waited_for(
    cluster: Cluster, pod: ClusterPod
) -> None:
    planted(cluster, {"waiting": {"reason": "PodInitializing"}}, phase="Pending")
    follower = Follower(pod)
    await asked_again(cluster)
    planted(cluster, RUNS)
    wrote(cluster, "now\n")
    ended(cluster)
    assert await follower.end() == "now\n"


async def test_the_log_of_a_build_that_never_starts_ends(cluster: Cluster, pod: ClusterPod) -> None:
    waiting = {"waiting": {"reason": "PodInitializing"}}
    planted(cluster, waiting, phase="Pending")
    follower = Follower(pod)
    await asked_again(cluster)
    planted(cluster, waiting, phase="Failed")
    assert await follower.end() == ""


async def test_the_log_of_a_pod_that_is_gone_ends(cluster: Cluster, pod: ClusterPod) -> None:
    follower = Follower(pod)
    wrote(cluster, "before\n")
    await follower.until("before\n")
    cluster.remove("pods", BUILDS, NAME)
    assert await follower.end() == "before\n"


async def test_a_log_that_ends_before_its_build_is_shown_to_is_asked_for_again(
    cluster: Cluster, pod: ClusterPod
) -> None:
    wrote(cluster, "all\n")
    cluster.logs.end(cluster.object("pods", BUILDS, NAME), KANIKO)
    follower = Follower(pod)
    await asked_again(cluster)
    planted(cluster, over(3))
    assert await follower.end() == "all\n"


async def test_a_log_that_may_not_be_read_says_so(cluster: Cluster, pod: ClusterPod) -> None:
    cluster.faults.add(403, subresource="log")
    with pytest.raises(SetupError, match="pods/log"):
        await anext(aiter(pod.log()))


async def test_what_is_written_just_before_the_end_is_read(client: PodClient) -> None:
    """Between a log that was refused and the next look, a build may begin and end."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        if not request.path.endswith("/log"):
            pod = {"metadata": {"resourceVersion": "1"}, "status": {"phase": "Failed"}}
            return web.json_response(pod)
        asked.append(request.path)
        if len(asked) == 1:
            return web.json_response({"reason": "BadRequest"}, status=400)
        return web.Response(body=b"2026-11-23T10:00:01.5Z all of it\n")

    async with answering(answer) as url:
        there = PodClient(URL(url), client.account)
        text = b"".join([piece async for piece in ClusterPod(there, BUILDS, NAME).log()])
        await there.close()
    assert text == b"all of it\n"


async def test_a_new_connection_asks_for_no_more_than_it_needs(client: PodClient) -> None:
    """A log that was rotated does not begin where it began."""
    asked: list[str | None] = []
    sent = [b"2026-11-23T10:00:01.5Z one\n2026-11-23T10:00:02.25Z two\n"]
    sent += [b"2026-11-23T10:00:02.25Z two\n2026-11-23T10:00:02.5Z three\n"] * 2

    async def answer(request: web.Request) -> web.StreamResponse:
        if not request.path.endswith("/log"):
            pod = {"metadata": {"resourceVersion": "1"}, "status": {"phase": "Failed"}}
            return web.json_response(pod)
        asked.append(request.query.get("sinceTime"))
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(sent[len(asked) - 1])
        if len(asked) == 1:
            assert request.transport is not None
            request.transport.abort()
        return response

    async with answering(answer) as url:
        there = PodClient(URL(url), client.account)
        text = b"".join([piece async for piece in ClusterPod(there, BUILDS, NAME).log()])
        await there.close()
    assert text == b"one\ntwo\nthree\n"
    assert asked == [None, *["2026-11-23T10:00:02Z"] * (len(asked) - 1)]
    assert len(asked) > 1
