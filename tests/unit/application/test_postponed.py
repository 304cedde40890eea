"""A build that was let in waits for its Job as long as it takes: no sweep takes that for lost."""

import json

import attrs
import pytest
from support.processes import Replica
from support.world import PREFIX, World

from knative_lambda.adapters.memory.faults import Crashed, Fault, Faults, Kind
from knative_lambda.application.admission import Admission, Limits, Rate
from knative_lambda.application.handler import Handler
from knative_lambda.application.receiver import EventReceiver
from knative_lambda.domain import names
from knative_lambda.domain.errors import (
    BuilderError,
    OverLimitError,
    PermanentError,
    SetupError,
    TransientError,
)
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.record import Phase
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Ack, DeadLetter, SetAside

F = FunctionId("acme", "greeter")
BUILD = request_id("producer", "1")
JOB = names.job(F, BUILD)
MINUTE = 60
FULL = Limits(contexts=2, active=0, active_per_tenant=3)


def refusing(error: BuilderError) -> Faults:
    """The first Job that is to be made is not, by this *error*."""

    async def refuse(call: str) -> None:
        if call == "runner.start" and not faults.calls[call]:
            faults.calls[call] += 1
            raise error

    faults = Faults(pause=refuse)
    return faults


WAYS = {
    "its cluster had no room": lambda: refusing(OverLimitError("no room")),
    "its cluster was away": lambda: Faults([Fault("runner.start", 1, Kind.FAIL)]),
    "its cluster was away, with the records": lambda: Faults(
        [Fault("runner.start", 1, Kind.FAIL), Fault("records.write", 2, Kind.FAIL)]
    ),
    "it may make no Jobs yet": lambda: refusing(SetupError("permit it to create jobs")),
    "its replica died": lambda: Faults([Fault("records.write", 1, Kind.CRASH)]),
}


def outcomes(world: World) -> list[str]:
    """The types of all that was said of how builds end, or are turned away."""
    said = [json.loads(message.body)["type"].removeprefix(PREFIX) for message in world.published]
    return [kind for kind in said if kind != "build.started"]


def full(replica: Replica) -> Handler:
    """Its handler, where nobody is let in."""
    admission = Admission(replica.handler.admission.builds, FULL, replica.world.clock)
    return attrs.evolve(replica.handler, admission=admission)


async def pass_minutes(world: World, replica: Replica, handler: Handler, count: int) -> None:
    """Let time pass, in which what is due is handled, and all is swept."""
    for _ in range(count):
        world.clock.advance(MINUTE)
        world.broker.wake()
        while world.broker.ready:
            delivery = world.broker.take()
            handled = await handler.handle(delivery)
            await world.broker.settle(delivery, handled.settlement)
        await replica.reconciler.sweep()


@pytest.mark.parametrize("way", WAYS)
async def test_law_10_a_build_that_was_let_in_is_not_lost_while_limits_hold_its_start_back(
    way: str,
) -> None:
    world = World()
    replica = Replica(world, WAYS[way]())
    world.send("build.start", F, id="1", source_url="https://code.test/a")
    delivery = world.broker.take()
    try:
        await world.broker.settle(delivery, (await replica.handler.handle(delivery)).settlement)
    except Crashed:
        world.broker.abandon(delivery.tag)
    assert BUILD in (await world.records.read(F)).record.builds

    await pass_minutes(world, replica, full(replica), 180)
    assert outcomes(world) == []
    await pass_minutes(world, replica, replica.handler, 1)
    assert (await world.runner.list())[0].name == JOB


async def test_law_10_so_it_is_where_events_come_over_http() -> None:
    world = World()
    replica = Replica(world, WAYS["its cluster had no room"]())
    world.send("build.start", F, id="1", source_url="https://code.test/a")
    message = world.broker.take().message
    asked = EventReceiver(replica.handler, world.broker, world.clock)
    assert isinstance((await asked.receive(message)).settlement, SetAside)
    held = EventReceiver(full(replica), world.broker, world.clock)
    for _ in range(180):
        world.clock.advance(MINUTE)
        assert isinstance((await held.receive(message)).settlement, SetAside)
        await replica.reconciler.sweep()
    assert outcomes(world) == []


@pytest.mark.parametrize("error", [SetupError("permit it"), TransientError("away")])
async def test_law_1_a_build_that_never_gets_its_job_fails_once_and_is_not_rejected(
    error: Exception,
) -> None:
    async def refuse(call: str) -> None:
        if call == "runner.start":
            raise error

    world = World()
    replica = Replica(world, Faults(pause=refuse))
    world.send("build.start", F, id="1", source_url="https://code.test/a")
    await pass_minutes(world, replica, replica.handler, 180)
    assert outcomes(world) == ["build.failed"]
    (letter,) = world.broker.dead_letters
    assert letter.rejection in (Rejection.INTERNAL, Rejection.RETRIES_EXHAUSTED)


async def test_a_build_that_has_its_job_is_not_given_up_with_its_start() -> None:
    async def refuse(call: str) -> None:
        if call == "publisher.publish" and faults.calls[call]:
            raise TransientError("away")

    world = World()
    for number in (1, 2):  # the first gives way to the second, which cannot be told
        world.send("build.start", F, id=str(number), source_url="https://code.test/a")
    first, second = world.broker.take(), world.broker.take()
    await Replica(world, Faults()).handler.handle(first)
    faults = Faults(pause=refuse)
    replica = Replica(world, faults, retry_for=0)
    handled = await replica.handler.handle(second)
    assert isinstance(handled.settlement, DeadLetter)
    assert outcomes(world) == []
    build = (await world.records.read(F)).record.builds[request_id("producer", "2")]
    assert build.phase is Phase.OPEN


async def test_a_start_is_turned_away_when_nobody_can_say_whether_it_was_let_in() -> None:
    async def away(call: str) -> None:
        if call.startswith("records."):
            raise TransientError("away")

    world = World()
    replica = Replica(world, Faults(pause=away), retry_for=0)
    world.send("build.start", F, id="1", source_url="https://code.test/a")
    handled = await replica.handler.handle(world.broker.take())
    assert isinstance(handled.settlement, DeadLetter)
    assert outcomes(world) == ["build.rejected"]


async def test_in_a_flood_over_http_no_record_is_asked_for() -> None:
    world = World()
    replica = Replica(world, Faults())
    flooded = attrs.evolve(FULL, intake=Rate(1e-9, 0))
    admission = Admission(replica.handler.admission.builds, flooded, world.clock)
    world.send("build.start", F, id="1", source_url="https://code.test/a")
    receiver = EventReceiver(
        attrs.evolve(replica.handler, admission=admission), world.broker, world.clock
    )
    received = await receiver.receive(world.broker.take().message)
    assert isinstance(received.settlement, SetAside)
    assert not replica.faults.calls


async def test_whoever_asks_all_the_time_whether_it_waits_writes_no_record() -> None:
    world = World()
    replica = Replica(world, WAYS["its cluster had no room"]())
    world.send("build.start", F, id="1", source_url="https://code.test/a")
    message = world.broker.take().message
    await EventReceiver(replica.handler, world.broker, world.clock).receive(message)
    written = replica.faults.calls["records.write"]
    for _ in range(50):
        world.clock.advance(1)
        await EventReceiver(full(replica), world.broker, world.clock).receive(message)
    assert replica.faults.calls["records.write"] == written


async def test_a_start_that_was_never_let_in_asks_for_no_record_but_seldom() -> None:
    world = World()
    replica = Replica(world, Faults())
    world.send("build.start", F, id="1", source_url="https://code.test/a")
    await pass_minutes(world, replica, full(replica), 15)
    read = replica.faults.calls["records.read"]
    assert (read, len(world.broker.delayed)) == (0, 1)


async def test_law_1_a_build_whose_job_is_refused_for_good_fails_once_and_is_not_rejected() -> None:
    world = World()
    refused = PermanentError(Rejection.FORBIDDEN, "a policy of the cluster refuses it")
    replica = Replica(world, refusing(refused))
    world.send("build.start", F, id="1", source_url="https://code.test/a")

    handled = await replica.handler.handle(world.broker.take())
    await pass_minutes(world, replica, replica.handler, 10)
    assert handled.settlement == Ack()
    assert outcomes(world) == ["build.failed"]
    failed = json.loads(world.published[-1].body)["data"]
    assert (failed["reason"], failed["detail"]) == ("internal", refused.detail)
