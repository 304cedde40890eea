"""Laws 1 and 13: who names the build of another function neither harms it nor speaks for it."""

import json
from collections import defaultdict

import pytest
from support.processes import Replica
from support.world import PREFIX, World

from knative_lambda.adapters.memory.faults import Faults
from knative_lambda.domain import names
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.record import Phase

F = FunctionId("acme", "greeter")
BUILD = request_id("producer", "1")
JOB = names.job(F, BUILD)
STRANGERS = [
    pytest.param(FunctionId("globex", "greeter"), id="another tenant"),
    pytest.param(FunctionId("acme", "another"), id="another function of the tenant"),
    pytest.param(FunctionId("acme-greeter", "x"), id="a similar tenant"),
]
URL = "https://code.test/a"


async def handle_all(world: World) -> None:
    while world.broker.ready:
        await Replica(world, Faults()).handler.handle(world.broker.take())


async def built(world: World, function: FunctionId) -> None:
    """The build of *function* ends well, and all is done that comes of it."""
    job = names.job(function, BUILD)
    world.end_job(job, None)
    ended = await world.runner.look(job)
    assert ended is not None
    await Replica(world, Faults()).companion.report(ended)
    await handle_all(world)


def outcomes(world: World) -> list[tuple[str, str]]:
    """What was said of how builds ended, and of whose."""
    events = [json.loads(message.body) for message in world.published]
    ends = {f"{PREFIX}build.{end}" for end in ("complete", "failed", "cancelled", "superseded")}
    return [
        (event["data"]["third_party_id"] + "/" + event["data"]["parser_id"], event["type"])
        for event in events
        if event["type"] in ends
    ]


def each_id_names_one_event(world: World) -> None:
    said = defaultdict(set)
    for message in world.published:
        event = json.loads(message.body)
        said[event["source"], event["subject"], event["id"]].add(message.body)
    assert {name for name, bodies in said.items() if len(bodies) > 1} == set()


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("comes_first", [True, False])
async def test_a_cancel_that_names_the_build_of_another_function_leaves_it_and_its_ids_alone(
    stranger: FunctionId,
    comes_first: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    world = World()
    if comes_first:
        world.send("build.cancel", stranger, id="c", build_id=BUILD)
    world.send("build.start", F, id="1", source_url=URL)
    if not comes_first:
        world.send("build.cancel", stranger, id="c", build_id=BUILD)
    await handle_all(world)
    assert JOB in world.runner._jobs
    await built(world, F)

    record = (await world.records.read(F)).record
    assert record.builds[BUILD].phase is Phase.COMPLETE
    said = [end for whose, end in outcomes(world) if whose == "acme/greeter"]
    assert said == [f"{PREFIX}build.complete"]
    each_id_names_one_event(world)


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_requests_of_two_functions_with_one_source_and_id_have_events_of_their_own(
    stranger: FunctionId,
) -> None:
    world = World()
    both = (F, stranger)
    for function in both:
        world.send("build.start", function, id="1", source_url=URL)
    await handle_all(world)
    for function in both:
        await built(world, function)
    world.clock.advance(1)
    for function in both:
        world.send("build.start", function, id="2", source_url=f"{URL}/broken")
        world.send("build.start", function, id="3", source_url="no url at all")
        world.send("service.delete", function, id="4")
    await handle_all(world)
    assert [end.rpartition(".")[2] for _, end in outcomes(world)] == [
        *("complete", "complete"),
        *("failed", "failed"),
    ]
    each_id_names_one_event(world)
