"""Deliveries are handled side by side, and each is settled by itself."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import attrs
from contracts.contract import eventually
from support.processes import Replica
from support.world import World

from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.adapters.memory.faults import Fault, Faults, Kind, with_faults
from knative_lambda.application.consumer import Consumer
from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.event_source import EventSource, Message

READ = "records.read"


@attrs.define
class Gate:
    """Holds up whoever reads a record, until it is opened."""

    opened: asyncio.Event = attrs.field(factory=asyncio.Event)
    waiting: int = 0

    async def __call__(self, call: str) -> None:
        if call == READ:
            self.waiting += 1
            await self.opened.wait()
            self.waiting -= 1


@asynccontextmanager
async def consuming(
    world: World, faults: Faults, source: EventSource | None = None
) -> AsyncIterator["asyncio.Task[None]"]:
    """A consumer at work; cancelled at the end."""
    consumer = Consumer(source or world.broker, Replica(world, faults).handler)
    task = asyncio.create_task(consumer.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(holds: Callable[[], bool]) -> None:
    async def probe() -> bool:
        return holds()

    await eventually(probe)


def send(world: World, *functions: str) -> None:
    """One event for each of these functions; to handle it, its record is read."""
    for name in functions:
        world.send("service.delete", FunctionId("acme", name), id=name)


def is_empty(broker: MemoryBroker) -> bool:
    return not (broker.ready or broker.in_flight or broker.delayed)


async def test_as_many_are_in_hand_as_the_source_gives() -> None:
    world, gate = World(), Gate()
    world.broker.prefetch = 3
    send(world, "a", "b", "c", "d", "e")
    async with consuming(world, Faults(pause=gate)):
        await until(lambda: gate.waiting == 3)
        assert (len(world.broker.in_flight), len(world.broker.ready)) == (3, 2)
        gate.opened.set()
        await until(lambda: is_empty(world.broker))
    assert len(world.broker.dead_letters) == 0
    assert {record.record.function.parser_id for record in await world.records.list()} == set(
        "abcde"
    )


async def test_one_that_hangs_holds_up_no_other() -> None:
    world, held = World(), asyncio.Event()
    faults = Faults()

    async def hold_the_first(call: str) -> None:
        if call == READ and not faults.calls[READ]:
            faults.calls[READ] += 1
            await held.wait()

    faults.pause = hold_the_first
    send(world, "a", "b", "c")
    async with consuming(world, faults):
        await until(lambda: [entry.tag for entry in world.broker.in_flight.values()] != [])
        await until(lambda: len(world.broker.in_flight) == 1 and not world.broker.ready)
        assert len(await world.records.list()) == 2
        held.set()
        await until(lambda: is_empty(world.broker))


async def test_each_is_settled_by_how_it_went() -> None:
    world = World()
    world.broker.send(Message(b"no event at all"))
    send(world, "a", "b")
    async with consuming(world, Faults([Fault(READ, 1, Kind.FAIL)])):
        await until(lambda: not world.broker.ready and not world.broker.in_flight)
    assert len(world.broker.dead_letters) == 1
    assert [delivery.attempts for _, delivery in world.broker.delayed] == [1]
    assert len(await world.records.list()) == 1


async def test_what_cannot_be_settled_comes_back_and_the_rest_goes_on() -> None:
    world = World()
    send(world, "a", "b")
    faults = Faults([Fault("source.settle", 1, Kind.FAIL)])
    source: EventSource = with_faults("source", world.broker, faults)
    async with consuming(world, Faults(), source) as task:
        await until(lambda: faults.calls["source.settle"] == 2)
        (unsettled,) = world.broker.in_flight
        before = await world.records.list()
        world.broker.abandon(unsettled)
        await until(lambda: is_empty(world.broker))
        assert faults.calls["source.settle"] == 3
        assert not task.done()
    assert await world.records.list() == before
    assert world.broker.dead_letters == []


async def test_a_consumer_that_is_cancelled_settles_nothing_more() -> None:
    world, gate = World(), Gate()
    send(world, "a", "b")
    async with consuming(world, Faults(pause=gate)) as task:
        await until(lambda: gate.waiting == 2)
    assert task.cancelled()
    assert len(world.broker.in_flight) == 2
    assert await world.records.list() == []
