"""A build that ends in this process is decided and published, however often that takes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import attrs
import pytest
from contracts.contract import eventually
from support.processes import Replica
from support.world import World

from knative_lambda.adapters.memory.faults import Fault, Faults, Kind
from knative_lambda.application import companion
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Phase
from knative_lambda.ports import wire

HELLO, OTHER = FunctionId("acme", "hello"), FunctionId("acme", "other")


@pytest.fixture(autouse=True)
def _tries_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(companion, "_RETRY_AFTER", 0)


async def building(*functions: FunctionId) -> World:
    """A world in which a Job runs for each of these functions."""
    world = World()
    for function in functions:
        world.send("build.start", function, id=function.parser_id, runtime="python311")
        await Replica(world, Faults()).consume(world.broker.take())
    assert len(world.runner.started) == len(functions)
    world.published.clear()
    return world


@asynccontextmanager
async def accompanied(world: World, *plan: Fault) -> AsyncIterator[Faults]:
    """A companion at work; cancelled at the end."""
    faults = Faults(list(plan))
    task = asyncio.create_task(Replica(world, faults).companion.run())
    try:
        yield faults
        assert not task.done()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def published(world: World) -> list[str]:
    """What was published, and of which function."""
    events = [wire.decode(message) for message in world.published]
    return sorted(f"{event.type.rpartition('lambda.')[2]} {event.subject}" for event in events)


async def until(holds: Callable[[], bool]) -> None:
    async def probe() -> bool:
        return holds()

    await eventually(probe)


async def phase(world: World, function: FunctionId) -> Phase:
    (build,) = (await world.records.read(function)).record.builds.values()
    return build.phase


@pytest.mark.parametrize(
    ("reason", "kind", "ended"),
    [(None, "build.complete", Phase.COMPLETE), (Reason.LOST, "build.failed", Phase.FAILED)],
)
async def test_a_build_that_ends_is_reported(
    reason: Reason | None, kind: str, ended: Phase
) -> None:
    world = await building(HELLO)
    async with accompanied(world):
        world.end_job(world.runner.started[0], reason)
        await until(lambda: published(world) == [f"{kind} hello"])
    assert await phase(world, HELLO) is ended


async def test_how_long_it_ran_is_in_the_record() -> None:
    world = await building(HELLO)
    world.clock.advance(90)
    world.end_job(world.runner.started[0], None)
    (job,) = await world.runner.list()
    await Replica(world, Faults()).companion.report(job)
    (build,) = (await world.records.read(HELLO)).record.builds.values()
    assert build.outcome is not None
    assert build.outcome.ran == 90_000_000_000


async def test_what_ended_before_is_reported_too() -> None:
    world = await building(HELLO, OTHER)
    for name in world.runner.started:
        world.end_job(name, None)
    async with accompanied(world):
        await until(lambda: published(world) == ["build.complete hello", "build.complete other"])


@pytest.mark.parametrize("call", ["records.read", "records.write", "publisher.publish"])
@pytest.mark.parametrize("kind", [Kind.FAIL, Kind.LOSE])
async def test_a_report_that_fails_for_now_is_made_again(call: str, kind: Kind) -> None:
    world = await building(HELLO)
    world.end_job(world.runner.started[0], None)
    async with accompanied(world, Fault(call, 1, kind), Fault(call, 2, kind)) as faults:
        await until(lambda: faults.calls["records.read"] > 1)
        await until(lambda: set(published(world)) == {"build.complete hello"})
    assert await phase(world, HELLO) is Phase.COMPLETE


async def test_one_that_cannot_be_reported_holds_up_no_other() -> None:
    world = await building(HELLO, OTHER)
    never = [Fault("records.write", nth, Kind.FAIL) for nth in range(1, 4)]
    async with accompanied(world, *never) as faults:
        world.end_job(world.runner.started[0], None)
        await until(lambda: faults.calls["records.write"] > 0)
        world.end_job(world.runner.started[1], None)
        await until(lambda: len(published(world)) == 2)
    assert published(world) == ["build.complete hello", "build.complete other"]


async def test_a_build_that_still_runs_has_nothing_to_report() -> None:
    world = await building(HELLO)
    (job,) = await world.runner.list()
    assert job.verdict is None
    faults = Faults()
    await Replica(world, faults).companion.report(job)
    assert not faults.calls
    assert await phase(world, HELLO) is Phase.OPEN


async def test_the_same_end_told_twice_changes_nothing() -> None:
    world = await building(HELLO)
    world.end_job(world.runner.started[0], Reason.LOST)
    (job,) = await world.runner.list()
    one = Replica(world, Faults()).companion
    await one.report(job)
    before = await world.records.read(HELLO)
    await one.report(attrs.evolve(job))
    assert (await world.records.read(HELLO)).record == before.record
    assert len({message.message_id for message in world.published}) == 1
