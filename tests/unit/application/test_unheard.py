"""An outcome that nobody has taken in is told again, and at last each hour."""

import json
from contextlib import suppress

from support.processes import Replica
from support.world import PREFIX, World

from knative_lambda.adapters.memory.faults import Faults
from knative_lambda.domain import names
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.settlement import Ack

F = FunctionId("acme", "greeter")
BUILD = request_id("producer", "1")


def completions(world: World) -> list[dict[str, object]]:
    """What was said of builds that are complete."""
    said = [json.loads(message.body) for message in world.published]
    return [event for event in said if event["type"] == f"{PREFIX}build.complete"]


async def without_its_image(world: World, replica: Replica) -> None:
    """A build whose Job ended well, although its image is nowhere."""
    world.send("build.start", F, id="1", source_url="https://code.test/a")
    assert (await replica.handler.handle(world.broker.take())).settlement == Ack()
    world.end_job(names.job(F, BUILD), None)
    world.registry._digests.clear()
    ended = await world.runner.look(names.job(F, BUILD))
    assert ended is not None
    await replica.companion.report(ended)


async def test_law_9_an_outcome_that_cannot_be_taken_in_is_not_told_each_minute_for_ever() -> None:
    world = World()
    replica = Replica(world, Faults())
    await without_its_image(world, replica)
    for _ in range(24 * 60):
        world.clock.advance(60)
        await Replica(world, Faults()).reconciler.sweep()  # as if each were a process of its own
    told = completions(world)
    assert 25 < len(told) < 35
    assert all(event == told[0] for event in told)


async def test_law_1_an_outcome_that_could_not_be_told_is_told_by_the_next_sweep_that_can() -> None:
    world = World()
    replica = Replica(world, Faults())
    await without_its_image(world, replica)
    world.published.clear()

    async def away(call: str) -> None:
        if call == "publisher.publish":
            raise TransientError("away")

    for _ in range(35):
        world.clock.advance(60)
        with suppress(TransientError):
            await Replica(world, Faults(pause=away)).reconciler.sweep()
    assert not completions(world)
    world.clock.advance(60)
    await replica.reconciler.sweep()
    assert len(completions(world)) == 1
