"""What a build's container writes is served while it does, and its pod is watched."""

import asyncio
import re

import aiohttp
from contracts.contract import eventually
from support.kubernetes.cluster import BUILDS
from support.kubernetes.kubelet import Kubelet
from support.kubernetes.played import begun, pod_of


async def test_a_log_is_followed_until_its_container_has_ended(kubelet: Kubelet) -> None:
    life = await begun(kubelet, "RUN_EXIT_3")
    kubelet.clock.advance(1.9)
    await kubelet.step()
    name = pod_of(kubelet)["metadata"]["name"]
    url = f"{kubelet.cluster.url}/api/v1/namespaces/{BUILDS}/pods/{name}/log"
    async with aiohttp.ClientSession() as client:
        async with client.get(url, params={"follow": "true"}) as following:
            first = await following.content.readany()
            assert first.startswith(b"INFO")
            await kubelet.finish(life)
            rest = await following.content.read()
            assert rest.endswith(b"exit status 3\n")
        async with client.get(url, params={"container": "kaniko", "tailLines": "1"}) as last:
            assert (await last.read()).endswith(b"exit status 3\n")
        async with client.get(url, params={"container": "nope"}) as other:
            assert other.status == 400


async def test_a_log_goes_with_its_pod(kubelet: Kubelet) -> None:
    life = await begun(kubelet, "RUNS_FOR_EVER")
    kubelet.clock.advance(2)
    await kubelet.step()
    name = pod_of(kubelet)["metadata"]["name"]
    url = f"{kubelet.cluster.url}/api/v1/namespaces/{BUILDS}/pods/{name}/log"
    async with aiohttp.ClientSession() as client:
        async with client.get(url, params={"follow": "true"}) as following:
            await kubelet.finish(life)
            async with asyncio.timeout(10):
                assert await following.content.read()
        async with client.get(url) as gone:
            assert gone.status == 404


async def test_a_watch_tells_of_each_change_in_order(kubelet: Kubelet) -> None:
    life = await begun(kubelet, "SUCCESS_SHOWN_FIRST")
    told: list[str] = []
    url = f"{kubelet.cluster.url}/api/v1/namespaces/{BUILDS}/pods"
    async with (
        aiohttp.ClientSession() as client,
        client.get(url, params={"watch": "true"}) as watching,
    ):

        async def read() -> None:
            async for line in watching.content:
                told.append(line.decode())  # noqa: PERF401 - others look at what is there so far

        reading = asyncio.create_task(read())
        await kubelet.finish(life)
        changes = [each for each in kubelet.cluster.store.changes if each.address[0].kind == "Pod"]

        async def all_read() -> bool:
            return len(told) == len(changes)

        await eventually(all_read)
        reading.cancel()
        await asyncio.wait([reading])


async def test_a_log_may_say_when_each_line_was_written_and_begin_with_a_second(
    kubelet: Kubelet,
) -> None:
    life = await begun(kubelet, "RUN_EXIT_3")
    await kubelet.finish(life)
    name = pod_of(kubelet)["metadata"]["name"]
    url = f"{kubelet.cluster.url}/api/v1/namespaces/{BUILDS}/pods/{name}/log"
    async with aiohttp.ClientSession() as client:
        async with client.get(url, params={"timestamps": "true"}) as answer:
            first, *_, last = (await answer.text()).splitlines()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z INFO.*", first)
        since = f"{last[:19]}Z"
        async with client.get(url, params={"timestamps": "true", "sinceTime": since}) as answer:
            assert (await answer.text()).splitlines()[-1] == last
        async with client.get(url, params={"sinceTime": "2100-01-01T00:00:00Z"}) as answer:
            assert await answer.text() == ""
