"""Sweeps come again and again, whatever comes of one."""

import asyncio
from contextlib import suppress

from contracts.contract import eventually
from structlog.testing import capture_logs
from support.processes import Replica
from support.world import World

from knative_lambda.adapters.memory.faults import Fault, Faults, Kind
from knative_lambda.application.sweeper import Sweeper
from knative_lambda.domain.ids import FunctionId

LIST = "records.sift"


def at_once() -> float:
    return 0.0


async def with_two_to_forget() -> World:
    """A world in which two functions were deleted long ago."""
    world = World()
    for name in ("one", "other"):
        world.send("service.delete", FunctionId("acme", name), id=name)
        handler = Replica(world, Faults()).handler
        await handler.handle(world.broker.take())
    world.clock.advance(31 * 24 * 3600)
    return world


async def test_a_sweep_that_saw_everything_is_done() -> None:
    sweeper = Sweeper(Replica(World(), Faults()).reconciler, at_once)
    with capture_logs() as lines:
        assert await sweeper.once()
    assert [line["event"] for line in lines] == ["sweep.done"]


async def test_a_sweep_that_could_not_see_everything_says_so() -> None:
    faults = Faults([Fault(LIST, 1, Kind.FAIL)])
    with capture_logs() as lines:
        assert not await Sweeper(Replica(World(), faults).reconciler, at_once).once()
    (line,) = lines
    assert (line["event"], line["log_level"]) == ("sweep.incomplete", "warning")


async def test_one_function_that_cannot_be_looked_at_holds_up_no_other() -> None:
    world = await with_two_to_forget()
    faults = Faults([Fault("records.erase", 1, Kind.FAIL)])
    assert not await Sweeper(Replica(world, faults).reconciler, at_once).once()
    assert len(await world.records.list()) == 1


async def test_a_bug_with_one_function_holds_up_no_other_and_ends_no_process() -> None:
    world = await with_two_to_forget()

    async def broken(call: str) -> None:
        if call == "records.erase" and not faults.calls[call]:
            faults.calls[call] += 1
            raise ValueError("hunter2")

    faults = Faults(pause=broken)
    with capture_logs() as lines:
        assert not await Sweeper(Replica(world, faults).reconciler, at_once).once()
    assert len(await world.records.list()) == 1
    told = {line["event"]: line for line in lines}
    assert told["sweep.bug"]["log_level"] == "error"
    assert told["sweep.incomplete"]["error"] == "internal"


async def test_after_a_sweep_comes_the_next_whatever_came_of_it() -> None:
    faults = Faults([Fault(LIST, 1, Kind.FAIL)])
    sweeper = Sweeper(Replica(World(), faults).reconciler, at_once)
    running = asyncio.create_task(sweeper.run(every=0.001))

    async def three() -> bool:
        return faults.calls[LIST] >= 3

    await eventually(three)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
