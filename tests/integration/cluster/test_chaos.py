"""Hundreds of builds while the API, S3, replicas, sidecars and nodes all fail: every law holds."""

import asyncio
import random
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
from support.cluster_chaos import Trouble
from support.cluster_laws import check_all
from support.cluster_requests import Requests
from support.cluster_trace import digest
from support.cluster_world import ClusterWorld, services_written
from support.kubernetes_access import kubeconfig
from support.moto import REGION, Moto
from support.s3_gate import S3Gate, StillGate
from support.virtual_time import in_virtual_time
from support.world import SECOND, World, hold

from knative_lambda.adapters.s3.context_store import S3ContextStore
from knative_lambda.domain.settlement import SetAside

SEEDS = (1, 2, 3)
COUNT, OF_FUNCTIONS, OF_TENANTS = 85, 14, 3
REPLICAS = 3
EVERY = 1.6  # seconds between two starts
OFTEN = 0.01  # the chance of each kind of fault, at each call
DAY = 24 * 3600
BUCKET = "contexts-in-chaos"


@pytest.fixture
def gate(gate: S3Gate, monkeypatch: pytest.MonkeyPatch) -> S3Gate:
    """One for virtual time."""
    still = StillGate(gate.server)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", still.url)
    return still


@pytest.mark.parametrize("seed", SEEDS)
def test_the_laws_hold_in_a_cluster_where_everything_fails(
    seed: int,
    gate: S3Gate,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    began = time.process_time()
    told = played(gate, tmp_path, monkeypatch, seed, COUNT)
    took = f"{time.process_time() - began:.0f} s of CPU"
    with capsys.disabled():
        sys.stdout.write(f"\n{COUNT} builds in a cluster, seed {seed}, {took}: {told}\n")


def test_the_same_seed_plays_the_same_history(
    gate: S3Gate, moto: Moto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        told.append(played(gate, tmp_path / name, monkeypatch, SEEDS[0], count=6))
        moto.reset()
    assert told[0] == told[1]


def played(
    gate: S3Gate, folder: Path, patch: pytest.MonkeyPatch, seed: int, count: int
) -> dict[str, Any]:
    """What *count* builds came to; a failure tells how to have the same again."""
    random.seed(seed)  # by which the SDK of AWS spreads its waits
    try:
        return in_virtual_time(chaos(gate, folder, patch, Random(seed), count))  # noqa: S311 - a game
    except Exception as error:
        error.add_note(
            f"This was seed {seed} with {count} builds, which always plays the same history: "
            f"`pytest '{__file__}' -k 'everything_fails and {seed}'`, with {seed} among SEEDS."
        )
        raise


async def chaos(
    gate: S3Gate, folder: Path, patch: pytest.MonkeyPatch, dice: Random, count: int
) -> dict[str, Any]:
    """How often what happened."""
    async with gate, bucket(gate) as contexts:
        # S3 has no clock but this machine's, and the time of day must make no difference.
        at = time.time_ns() // (DAY * SECOND) * (DAY * SECOND)
        async with ClusterWorld.started(contexts, dice, folder, at, patch) as place:
            patch.setenv("KUBECONFIG", str(kubeconfig(folder, place.cluster.url)))
            trouble = Trouble(place, gate, dice)
            place.kubelet.plan = trouble.history
            requests = Requests(place, dice, count, OF_FUNCTIONS, OF_TENANTS)
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
            view = await place.view()
            check_all(place, trouble, view)
            ended = Counter(build.phase.value for _, build in laws.builds(view))
            return dict(trouble.happened) | dict(ended) | seen(place, view)


def seen(place: ClusterWorld, view: World) -> dict[str, Any]:
    """What shows whether there was anything to look at."""
    held = place.chances.holdups.held
    return {
        "cached": sum(b.outcome is not None and b.outcome.cached for _, b in laws.builds(view)),
        "set aside": sum(isinstance(each.settlement, SetAside) for each in held),
        "Services written": len(services_written(place.cluster)),
        "calls": len(place.cluster.calls),
        "digest": digest(place),
    }


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
    for _ in range(300):
        await asyncio.sleep(10)
        if place.is_at_rest():
            return
    view = await place.view()
    open_builds = [(build.id, build.phase) for _, build in laws.builds(view) if not build.settled]
    waiting = len(place.world.broker.ready) + len(place.world.broker.delayed)
    told = f"it does not come to rest: {open_builds} are open, {waiting} events wait"
    hold(1, False, told)  # noqa: FBT003 - the end of the road


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
