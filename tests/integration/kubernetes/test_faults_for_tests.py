"""What goes wrong with the tests' Kubernetes API goes wrong as it was ordered, and no further."""

import asyncio
from random import Random

import aiohttp
import pytest
from support.kubernetes.client import Client
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.faults import Loss
from support.kubernetes.kubelet import Kubelet
from support.kubernetes.manifests import config_map
from support.kubernetes.played import begun, pod_of


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "Unauthorized"),
        (409, "Conflict"),
        (422, "Invalid"),
        (429, "TooManyRequests"),
        (500, "InternalError"),
        (503, "ServiceUnavailable"),
        (504, "Timeout"),
    ],
)
async def test_a_status_is_said_as_the_api_says_it(
    cluster: Cluster, builds: Client, status: int, reason: str
) -> None:
    cluster.faults.add(status)
    refused = await builds.create("configmaps", config_map("a"))
    assert refused.said == (status, reason)
    assert refused.body["kind"] == "Status"
    assert cluster.objects("configmaps", BUILDS) == []
    assert cluster.calls[-1].status == status


async def test_too_many_requests_say_when_to_come_again(cluster: Cluster, builds: Client) -> None:
    cluster.faults.add(429, retry_after=7)
    async with builds.session.get(builds.url + builds.path("configmaps")) as response:
        assert response.headers["Retry-After"] == "7"
        assert (await response.json())["details"]["retryAfterSeconds"] == 7


async def test_a_fault_hits_what_it_is_about_as_often_as_it_is_ordered(
    cluster: Cluster, builds: Client
) -> None:
    fault = cluster.faults.add(503, verb="create", resource="configmaps", name="a", times=2)
    statuses = [(await builds.create("configmaps", config_map("a"))).status for _ in range(3)]
    assert statuses == [503, 503, 201]
    assert (await builds.create("configmaps", config_map("b"))).status == 201
    assert fault.hits == 2


async def test_chances_are_the_same_for_the_same_seed(cluster: Cluster, builds: Client) -> None:
    async def hits() -> list[int]:
        cluster.faults.random = Random(1)  # noqa: S311 - to be repeatable
        return [(await builds.listed("pods")).status for _ in range(20)]

    cluster.faults.add(500, probability=0.5)
    first = await hits()
    assert set(first) == {200, 500}
    assert await hits() == first


@pytest.mark.parametrize(("loss", "done"), [(Loss.BEFORE, False), (Loss.AFTER, True)])
async def test_a_connection_breaks_before_or_after_the_change(
    cluster: Cluster,
    builds: Client,
    loss: Loss,
    done: bool,  # noqa: FBT001 - a column of the table
) -> None:
    cluster.faults.add(loss, verb="create", times=1)
    with pytest.raises(aiohttp.ClientError):
        await builds.create("configmaps", config_map("a"))
    assert bool(cluster.objects("configmaps", BUILDS)) is done
    assert cluster.calls[-1].status == 0


@pytest.mark.parametrize(("loss", "done"), [(Loss.HANG, False), (Loss.HANG_AFTER, True)])
async def test_a_call_hangs_until_its_client_gives_up(
    cluster: Cluster,
    builds: Client,
    loss: Loss,
    done: bool,  # noqa: FBT001 - a column of the table
) -> None:
    cluster.faults.add(loss, verb="create", times=1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await builds.create("configmaps", config_map("a"))
    assert bool(cluster.objects("configmaps", BUILDS)) is done
    assert (await builds.listed("configmaps")).status == 200


async def test_an_api_that_is_down_answers_nobody_until_it_is_up_again(
    cluster: Cluster, builds: Client
) -> None:
    cluster.faults.down = True
    for _ in range(2):
        with pytest.raises(aiohttp.ClientError):
            await builds.call("GET", "/version")
    cluster.faults.clear()
    assert (await builds.call("GET", "/version")).status == 200


async def test_a_watch_can_be_refused_and_can_break(cluster: Cluster, builds: Client) -> None:
    cluster.faults.add(403, verb="watch", times=1)
    url, watching = builds.url + builds.path("configmaps"), {"watch": "true"}
    async with builds.session.get(url, params=watching) as refused:
        assert refused.status == 403
    cluster.plant(config_map("a", namespace=BUILDS))
    async with builds.session.get(url, params=watching) as response:
        await response.content.readline()
        cluster.cut_watches(abruptly=True)
        with pytest.raises(aiohttp.ClientError):
            await response.content.read()


async def test_the_following_of_a_log_can_break(kubelet: Kubelet, builds: Client) -> None:
    await begun(kubelet, "RUNS_FOR_EVER")
    kubelet.clock.advance(2)
    await kubelet.step()
    path = builds.path("pods", f"{pod_of(kubelet)['metadata']['name']}/log")
    async with builds.session.get(builds.url + path, params={"follow": "true"}) as response:
        assert await response.content.readany()
        kubelet.cluster.cut_logs()
        with pytest.raises(aiohttp.ClientError):
            await response.content.read()
