"""Hundreds of builds while the API, S3, replicas, sidecars and nodes all fail: every law holds."""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from aiobotocore.session import get_session
from support import laws
from support.cluster_chaos import Requests, Trouble
from support.cluster_world import ClusterWorld, services_written
from support.kubernetes.cluster import BUILDS
from support.kubernetes_access import kubeconfig
from support.moto import REGION
from support.s3_gate import S3Gate
from support.virtual_time import in_virtual_time
from support.world import World, hold

from knative_lambda.adapters.knative.sight import key_of
from knative_lambda.adapters.s3.context_store import S3ContextStore
from knative_lambda.domain import labels, names
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import Phase

COUNT, OF_FUNCTIONS, OF_TENANTS = 120, 30, 6
REPLICAS = 3
EVERY = 0.6  # seconds between two starts
OFTEN = 0.01  # the chance of each kind of fault, at each call
DAY = 24 * 3600
BUCKET = "contexts-in-chaos"


def test_the_laws_hold_in_a_cluster_where_everything_fails(
    gate: S3Gate,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    began = time.process_time()
    scenario = chaos(gate, tmp_path, monkeypatch, Random(20_26))  # noqa: S311 - a game
    told = in_virtual_time(scenario, lambda: gate.waiting > 0)
    took = f"{time.process_time() - began:.0f} s of CPU"
    with capsys.disabled():
        sys.stdout.write(f"\n{COUNT} builds in a cluster, {took}: {told}\n")


async def chaos(
    gate: S3Gate, folder: Path, patch: pytest.MonkeyPatch, dice: Random
) -> dict[str, int]:
    """How often what happened."""
    async with gate, bucket(gate) as contexts:
        at = time.time_ns()  # S3 has no other clock
        async with ClusterWorld.started(contexts, dice, folder, at, patch) as place:
            patch.setenv("KUBECONFIG", str(kubeconfig(folder, place.cluster.url)))
            trouble = Trouble(place, gate, dice)
            place.kubelet.plan = trouble.history
            requests = Requests(place, dice, COUNT, OF_FUNCTIONS, OF_TENANTS)
            async with running(place.run_pods()):
                trouble.begin(OFTEN)
                async with running(trouble.run(), trouble.kill_replicas(REPLICAS)):
                    await requests.send(EVERY)
                    await asyncio.sleep(60)
                trouble.end()
                async with running(place.serve(), place.serve()):
                    await come_to_rest(place)
                    await check_repeats(place)
            await pass_days(place)
            return dict(trouble.happened) | await check(place)


@asynccontextmanager
async def bucket(gate: S3Gate) -> AsyncIterator[S3ContextStore]:
    """A store on a bucket of its own, by way of the gate alone."""
    client = get_session().create_client("s3", REGION, endpoint_url=gate.url)
    async with client as s3:
        await s3.create_bucket(Bucket=BUCKET)
    store = S3ContextStore(BUCKET)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def running(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """All of them, until the end of the block; none ends by itself."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for each in ended:
        if isinstance(each, Exception):
            raise each


async def come_to_rest(place: ClusterWorld) -> None:
    for _ in range(1000):
        await asyncio.sleep(10)
        if await place.is_at_rest():
            return
    view = await place.view()
    open_builds = [(build.id, build.phase) for _, build in laws.builds(view) if not build.settled]
    raise AssertionError(f"it does not come to rest: {open_builds}, {place.world.broker}")


async def check_repeats(place: ClusterWorld) -> None:
    """Law 2: all that was acknowledged is sent again, and changes nothing."""
    view = await place.view()
    before = laws.snapshot(view)
    for sent in place.world.sent:
        if laws.was_acknowledged(view, sent.message):
            place.world.broker.send(sent.message)
    await come_to_rest(place)
    hold(2, laws.snapshot(await place.view()) == before, "a repeat has changed the world")


async def pass_days(place: ClusterWorld) -> None:
    """Let all ages pass, with two sweeps after them."""
    async with place.replica() as replica:
        for _ in range(2):
            place.world.clock.advance(8 * DAY)
            await place.kubelet.step()
            await replica.reconciler.sweep()
            while place.world.broker.ready:
                await replica.consume(place.world.broker.take())
    for _ in range(3):  # what is told to go has its grace
        place.world.clock.advance(300)
        await place.kubelet.step()


async def check(place: ClusterWorld) -> dict[str, int]:
    """What holds when all is over; how the builds have ended."""
    view = await place.view()
    laws.check_law_1(view, set())
    laws.check_laws_3_and_4(view)
    laws.check_law_8(view, set())
    laws.check_law_9(view)
    laws.check_law_10(view)
    laws.check_law_12(view)
    laws.check_law_13(view)
    assert [pod["metadata"]["name"] for pod in place.cluster.objects("pods", BUILDS)] == []
    check_writes(place, view)
    ended = Counter(build.phase.value for _, build in laws.builds(view))
    return dict(ended) | {"sidecars": place.sidecars.runs, "calls": len(place.cluster.calls)}


def check_writes(place: ClusterWorld, view: World) -> None:
    """Laws 3, 6 and 12 at every write of a Service."""
    complete = {build.id for _, build in laws.builds(view) if build.phase is Phase.COMPLETE}
    newest: dict[str, Key] = {}
    for service in services_written(place.cluster):
        metadata = service["metadata"]
        key, uid = key_of(service), metadata["uid"]
        assert key is not None
        hold(6, metadata["labels"][labels.BUILD] in complete, f"{metadata} is served")
        hold(3, key >= newest.setdefault(uid, key), f"{metadata['name']} goes back to {key}")
        newest[uid] = key
        function = FunctionId(
            metadata["labels"][labels.THIRD_PARTY], metadata["labels"][labels.PARSER]
        )
        hold(12, metadata["name"] == names.service(function), f"{metadata['name']} is shared")
