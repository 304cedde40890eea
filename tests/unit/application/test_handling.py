"""What becomes of deliveries that are not ordinary, over a whole application in memory."""

import json

import attrs
import pytest
from support.processes import Replica
from support.world import IMAGES, World

from knative_lambda.adapters.memory.faults import Fault, Faults, Kind
from knative_lambda.application.observation import Observation
from knative_lambda.domain import names
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import Outcome, Phase, Record
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Ack, DeadLetter, Retry
from knative_lambda.domain.signing import build_key, sign
from knative_lambda.ports.event_source import Message

F = FunctionId("acme", "greeter")
OWN = f"registry.test/lambda/{names.slug(F)}"
BUILD = request_id("producer", "1")


async def handle(world: World, key: str = "", *faults: Fault) -> object:
    """How the first message that is ready is settled."""
    replica = Replica(world, Faults(list(faults)))
    observation = Observation(world.registry, IMAGES, completion_key=key)
    handler = attrs.evolve(replica.handler, observation=observation)
    return (await handler.handle(world.broker.take())).settlement


async def built(world: World) -> None:
    """A build of F that is open, its Job running."""
    world.send("build.start", F, id="1", source_url="https://one.test")
    assert await handle(world) == Ack()


def said(world: World) -> list[str]:
    return [str(message.headers["type"]).rpartition("lambda.")[2] for message in world.published]


async def test_law_8_an_image_outside_of_the_functions_repository_is_refused() -> None:
    world = World()
    other = "registry.test/lambda/other:1"
    world.registry.push(other, "sha256:" + "1" * 64)
    world.send("build.complete", F, id="2", status="success", build_id=BUILD, image_uri=other)
    settlement = await handle(world)

    assert isinstance(settlement, DeadLetter)
    assert settlement.rejection is Rejection.IMAGE_REFUSED
    assert OWN in settlement.detail
    assert world.deployer.specs == {}


async def test_law_8_a_known_build_is_not_deployed_from_elsewhere() -> None:
    world = World()
    await built(world)
    elsewhere = "registry.test/lambda/other:1"
    world.send("build.complete", F, id="2", status="success", build_id=BUILD, image_uri=elsewhere)

    assert isinstance(await handle(world), DeadLetter)


async def test_law_8_a_completion_of_an_unknown_build_must_name_its_image() -> None:
    world = World()
    world.send("build.complete", F, id="2", status="success", build_id=BUILD)

    assert isinstance(await handle(world), DeadLetter)


async def test_law_8_an_image_outside_of_our_registry_is_refused() -> None:
    world = World()
    world.send("build.complete", F, id="2", status="success", image_uri="evil.test/lambda/x:1")

    assert isinstance(await handle(world), DeadLetter)


async def test_an_image_the_registry_does_not_show_yet_is_waited_for() -> None:
    world = World()
    image = f"{OWN}:tag"
    world.send("build.complete", F, id="2", status="success", build_id=BUILD, image_uri=image)

    assert isinstance(await handle(world), Retry)


@pytest.mark.parametrize("forged", [None, "0" * 64])
async def test_law_8_with_a_key_an_unsigned_completion_is_refused(forged: str | None) -> None:
    world = World()
    await built(world)
    world.send("build.failed", F, id="2", build_id=BUILD, signature=forged)
    settlement = await handle(world, "the key")

    assert isinstance(settlement, DeadLetter)
    assert settlement.rejection is Rejection.BAD_SIGNATURE


async def test_law_8_with_a_key_a_signed_failure_is_taken() -> None:
    world = World()
    await built(world)
    data = {
        "third_party_id": "acme",
        "parser_id": "greeter",
        "build_id": BUILD,
        "reason": "evicted",
    }
    signature = sign(build_key("the key", F, BUILD), data)
    world.send("build.failed", F, id="2", build_id=BUILD, reason="evicted", signature=signature)

    assert await handle(world, "the key") == Ack()
    build = (await world.records.read(F)).record.builds[BUILD]
    assert build.phase is Phase.FAILED
    assert build.outcome is not None
    assert build.outcome.reason is Reason.EVICTED


async def test_a_foreign_service_is_never_overwritten() -> None:
    world = World()
    world.deployer.plant(names.service(F))
    image = f"{OWN}:tag"
    world.registry.push(image, "sha256:" + "1" * 64)
    world.send("build.complete", F, id="2", status="success", build_id=BUILD, image_uri=image)
    settlement = await handle(world)

    assert isinstance(settlement, DeadLetter)
    assert settlement.rejection is Rejection.FOREIGN_SERVICE
    assert said(world)[-1] == "service.failed"
    assert world.deployer.specs == {names.service(F): None}
    await Replica(world, Faults()).reconciler.sweep()
    assert world.deployer.specs == {names.service(F): None}


async def test_a_start_that_is_dead_lettered_tells_its_producer() -> None:
    world = World()
    world.send("build.start", F, id="1", runtime="cobol", source_url="https://one.test")
    settlement = await handle(world)

    assert isinstance(settlement, DeadLetter)
    assert settlement.rejection is Rejection.INVALID
    assert "runtime" in settlement.detail
    assert said(world) == ["build.rejected"]


async def test_a_start_is_not_dead_lettered_before_its_producer_was_told() -> None:
    world = World()
    world.send("build.start", F, id="1", runtime="cobol", source_url="https://one.test")
    lost = Fault("publisher.publish", 1, Kind.FAIL)

    assert isinstance(await handle(world, "", lost), Retry)


async def test_an_event_about_something_else_is_acknowledged() -> None:
    world = World()
    message = {
        "id": "1",
        "source": "api",
        "type": "dev.knative.apiserver.resource.add",
        "data": {"kind": "Pod"},
    }
    world.broker.send(attrs.evolve(_empty(world), body=json.dumps(message).encode()))

    assert await handle(world) == Ack()


def _empty(world: World) -> Message:
    world.send("build.start", F, id="x")
    return world.broker.ready.pop().message


async def test_a_job_that_succeeded_without_pushing_is_lost() -> None:
    world = World()
    await built(world)
    world.end_job(names.job(F, BUILD), None)
    world.registry._digests.clear()
    await Replica(world, Faults()).reconciler.sweep()
    outcome = (await world.records.read(F)).record.builds[BUILD].outcome

    assert outcome is not None
    assert outcome.reason is Reason.LOST


async def test_a_job_of_nobodys_build_is_stopped() -> None:
    world = World()
    await built(world)
    stored = await world.records.read(F)
    await world.records.erase(F, stored.version)
    await Replica(world, Faults()).reconciler.sweep()
    await built(world)
    await world.records.erase(F, (await world.records.read(F)).version)
    await Replica(world, Faults()).reconciler.look_at(F, BUILD)

    assert await world.runner.list() == []


async def test_a_deleted_functions_record_ends() -> None:
    world = World()
    world.send("service.delete", F, id="1")
    await handle(world)
    world.clock.advance(31 * 24 * 3600)
    await Replica(world, Faults()).reconciler.sweep()

    assert (await world.records.read(F)).version is None


async def test_a_sweep_forgets_what_is_old_and_many() -> None:
    world = World()
    await built(world)
    open_build = (await world.records.read(F)).record.builds[BUILD]
    ended = Outcome(ended_at=world.clock())
    settled = attrs.evolve(open_build, phase=Phase.CANCELLED, outcome=ended, settled=True)
    many = {f"{n:032x}": attrs.evolve(settled, id=f"{n:032x}", key=Key(n, "")) for n in range(201)}
    await world.records.write(Record(F, builds=many), (await world.records.read(F)).version)
    world.clock.advance(8 * 24 * 3600)
    await Replica(world, Faults()).reconciler.sweep()
    record = (await world.records.read(F)).record

    assert len(record.builds) == 200
    assert record.horizon == Key(0, "")


async def test_forgetting_leaves_a_record_alone_that_somebody_else_writes() -> None:
    world = World()
    world.send("service.delete", F, id="1")
    await handle(world)
    world.clock.advance(31 * 24 * 3600)
    replica = Replica(world, Faults())
    stored = await world.records.read(F)

    async def interfere(call: str) -> None:
        if call == "records.erase":
            await world.records.write(stored.record, (await world.records.read(F)).version)

    replica.faults.pause = interfere
    await replica.reconciler.sweep()

    assert (await world.records.read(F)).record == stored.record


async def test_a_job_that_runs_is_left_alone_and_has_nothing_to_report() -> None:
    world = World()
    await built(world)
    replica = Replica(world, Faults())
    running = (await world.runner.list())[0]
    await replica.companion.report(running)
    await replica.reconciler.look_at(F, BUILD)

    assert await world.runner.list() == [running]
