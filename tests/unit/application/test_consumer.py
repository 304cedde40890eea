"""Deliveries are handled side by side, each is settled by itself, and a stop loses none."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import attrs
import pytest
from contracts.contract import DEADLINE, eventually
from structlog.testing import capture_logs
from support.processes import Replica
from support.world import World

from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.adapters.memory.faults import Fault, Faults, Kind, with_faults
from knative_lambda.application import consumer as module
from knative_lambda.application.consumer import Consumer
from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.event_source import Delivery, EventSource, Message

READ = "records.read"
AWAY = TransientError("the broker is away")
GIVE, END = "gives one delivery and is away", "ends without a word"


@pytest.fixture(autouse=True)
def _waits_are_a_thousandth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WAITS", tuple(wait / 1000 for wait in module._WAITS))


@attrs.define
class Gate:
    """Holds up whoever reads a record, until it is opened; *most* at once."""

    most: int = 32
    opened: asyncio.Event = attrs.field(factory=asyncio.Event)
    waiting: int = 0

    async def __call__(self, call: str) -> None:
        if call == READ and self.waiting < self.most:
            self.waiting += 1
            await self.opened.wait()
            self.waiting -= 1


async def ended(task: "asyncio.Task[None]") -> None:
    """Wait until *task* has ended; it must."""
    async with asyncio.timeout(DEADLINE):
        await task


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
            await ended(task)


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
    assert await handled(world) == set("abcde")


async def test_one_that_hangs_holds_up_no_other() -> None:
    world, gate = World(), Gate(most=1)
    send(world, "a", "b", "c")
    async with consuming(world, Faults(pause=gate)):
        await until(lambda: [entry.tag for entry in world.broker.in_flight.values()] != [])
        await until(lambda: len(world.broker.in_flight) == 1 and not world.broker.ready)
        assert len(await world.records.list()) == 2
        gate.opened.set()
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


@attrs.define
class Script(MemoryBroker):
    """Does as told each time it is asked; then it is a broker like any other.

    Attributes:
        acts: What it raises, `GIVE` or `END`.
        left: How often a consumer has gone.
    """

    acts: list[Exception | str] = attrs.field(factory=list)
    left: int = 0

    async def deliveries(self) -> AsyncIterator[Delivery]:
        try:
            if self.acts:
                act = self.acts.pop(0)
                if act == GIVE:
                    yield self.take()
                if act != END:
                    raise act if isinstance(act, Exception) else AWAY
                return
            async for delivery in super().deliveries():
                yield delivery
        finally:
            self.left += 1


def scripted(*acts: Exception | str, prefetch: int = 32) -> tuple[World, Script]:
    """A world with a broker that does *acts*."""
    world = World()
    world.broker = script = Script(world.clock, prefetch=prefetch, acts=list(acts))
    return world, script


def left_behind() -> set["asyncio.Task[object]"]:
    """The tasks that run besides the test."""
    return {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}


async def handled(world: World) -> set[str]:
    """The functions whose events were handled to the end."""
    return {record.record.function.parser_id for record in await world.records.list()}


async def test_a_stopped_consumer_takes_nothing_more_and_finishes_what_is_in_hand() -> None:
    world, source = scripted(prefetch=2)
    gate = Gate()
    send(world, "a", "b", "c")
    consumer = Consumer(source, Replica(world, Faults(pause=gate)).handler)
    task = asyncio.create_task(consumer.run())
    await until(lambda: gate.waiting == 2)
    consumer.stop()
    await until(lambda: source.left == 1)
    send(world, "d")
    assert not task.done()
    gate.opened.set()
    await ended(task)
    assert await handled(world) == {"a", "b"}
    assert source.in_flight == {}
    assert len(source.ready) == 2
    assert left_behind() == set()


async def test_what_is_not_done_within_the_grace_is_given_up_and_not_settled() -> None:
    world, source = scripted()
    gate = Gate(most=1)
    send(world, "a", "b")
    consumer = Consumer(source, Replica(world, Faults(pause=gate)).handler, grace=0.01)
    task = asyncio.create_task(consumer.run())
    await until(lambda: len(source.in_flight) == 1 and not source.ready)
    consumer.stop()
    await ended(task)
    assert left_behind() == set()
    assert await handled(world) == {"b"}
    (unsettled,) = source.in_flight.values()
    source.abandon(unsettled.tag)
    assert [delivery.attempts for delivery in source.ready] == [0]


async def test_a_consumer_that_is_cancelled_in_its_grace_settles_nothing_more() -> None:
    world, source = scripted()
    gate = Gate()
    send(world, "a")
    consumer = Consumer(source, Replica(world, Faults(pause=gate)).handler)
    task = asyncio.create_task(consumer.run())
    await until(lambda: gate.waiting == 1)
    consumer.stop()
    await until(lambda: source.left == 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ended(task)
    assert left_behind() == set()
    assert len(source.in_flight) == 1


async def test_one_that_was_stopped_before_it_began_ends_at_once() -> None:
    world = World()
    consumer = Consumer(world.broker, Replica(world, Faults()).handler)
    consumer.stop()
    await ended(asyncio.create_task(consumer.run()))
    assert left_behind() == set()


@pytest.mark.parametrize(
    ("acts", "waits"),
    [
        pytest.param([AWAY] * 7, [0.1, 0.5, 1, 2, 5, 5, 5], id="they grow up to 5 s"),
        pytest.param([AWAY, AWAY, GIVE, AWAY], [0.1, 0.5, 1, 0.1], id="anew once one is settled"),
        pytest.param([AWAY, END, AWAY], [0.1, 0.5], id="none after an end without a word"),
    ],
)
async def test_a_source_that_is_lost_is_asked_again_after_growing_waits(
    acts: list[Exception | str], waits: list[float]
) -> None:
    world, source = scripted(*acts)
    send(world, "a", "b")
    with capture_logs() as lines:
        async with consuming(world, Faults(), source) as task:
            await until(lambda: is_empty(source))
            assert not task.done()
    lost = [line["again_in"] * 1000 for line in lines if line["event"] == "source.lost"]
    assert lost == pytest.approx(waits)
    assert await handled(world) == {"a", "b"}


async def test_while_the_source_is_lost_what_is_in_hand_goes_on_and_a_stop_is_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_WAITS", (3600.0,))
    world, source = scripted(GIVE)
    gate = Gate()
    send(world, "a", "b")
    consumer = Consumer(source, Replica(world, Faults(pause=gate)).handler)
    task = asyncio.create_task(consumer.run())
    await until(lambda: gate.waiting == source.left == 1)
    gate.opened.set()
    await until(lambda: not source.in_flight)
    consumer.stop()
    await ended(task)
    assert await handled(world) == {"a"}


@pytest.mark.parametrize("error", [SetupError("no such queue: declare it"), RuntimeError("bug")])
async def test_what_waiting_cannot_mend_ends_the_run_and_settles_nothing(error: Exception) -> None:
    world, source = scripted(GIVE, error)
    gate = Gate()
    send(world, "a")
    consumer = Consumer(source, Replica(world, Faults(pause=gate)).handler)
    with pytest.raises(type(error), match=str(error)):
        await ended(asyncio.create_task(consumer.run()))
    assert left_behind() == set()
    assert len(source.in_flight) == 1
    assert await handled(world) == set()
