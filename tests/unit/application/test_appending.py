"""From a start to an image without a Job, and what is told of it."""

import hashlib
import json
from typing import Any

from support.appended import (
    BUILD,
    PLAIN,
    F,
    handle,
    kinds,
    started,
    told,
)
from support.world import BASE, World

from knative_lambda.adapters.wrapped import Operation, wrapped
from knative_lambda.domain import names
from knative_lambda.domain.ids import request_id
from knative_lambda.domain.record import Phase
from knative_lambda.domain.strategy import Strategy


async def test_what_can_be_appended_is_complete_at_once_without_context_or_job() -> None:
    world = World()
    build = await started(world, PLAIN)

    assert kinds(world) == ["build.started", "build.complete"]
    assert (build.phase, build.strategy) == (Phase.COMPLETE, Strategy.APPEND)
    assert build.digest == await world.registry.digest(build.image or "")
    assert world.runner.started == []
    assert [*world.contexts._stored] == [names.log_key(F, BUILD)]


async def test_its_events_say_how_it_was_made_and_what_it_has() -> None:
    world = World()
    build = await started(world, PLAIN)
    outcome = told(world, "build.complete")

    assert outcome["build_strategy"] == "append"
    assert outcome["build_strategy_reason"] == "appended to its base"
    assert outcome["sbom"] == build.sbom
    assert outcome["sbom"] in world.assembler.attached
    assert outcome["cached"] is False
    assert outcome["log_url"] == names.log_key(F, BUILD)
    assert told(world, "build.started")["build_strategy"] == "append"


async def test_its_image_has_the_labels_that_kaniko_would_have_given_it() -> None:
    world = World()
    await started(world, "https://plain.test/code.git?token=secret")
    [spec] = world.assembler.specs

    assert spec.labels == (("org.opencontainers.image.source", "https://plain.test/code.git"),)


async def test_its_list_of_components_names_its_function_and_its_base() -> None:
    world = World()
    await started(world, PLAIN)
    [document] = map(json.loads, world.assembler.attached.values())

    assert document["metadata"]["component"]["name"] == F.parser_id
    assert BASE in {one["name"] for one in document["components"]}


async def test_a_forced_build_is_appended_under_a_tag_of_its_own() -> None:
    world = World()
    await started(world, PLAIN)
    world.clock.advance(1)
    world.send("build.start", F, id="2", source_url=PLAIN, force=True)
    await handle(world)
    forced = (await world.records.read(F)).record.builds[request_id("producer", "2")]

    assert (forced.phase, forced.strategy) == (Phase.COMPLETE, Strategy.APPEND)
    assert forced.image == f"{world.assembler.specs[0].image}-{forced.id[:8]}"


async def test_an_image_that_is_there_is_not_put_together_again() -> None:
    world = World()
    first = await started(world, PLAIN)
    world.clock.advance(1)
    world.send("build.start", F, id="2", source_url=PLAIN)
    await handle(world)
    second = (await world.records.read(F)).record.builds[request_id("producer", "2")]

    assert len(world.assembler.specs) == 1
    assert second.outcome is not None
    assert second.outcome.cached
    assert (second.strategy, second.sbom) == (None, first.sbom)


async def test_an_image_is_as_long_in_the_making_as_the_clock_says() -> None:
    world = World()
    slow = world.assembler

    def later(call: str, operation: Operation) -> Operation:
        async def after(*given: Any, **named: Any) -> Any:
            if call == "slow.assemble":
                world.clock.advance(2.5)
            return await operation(*given, **named)

        return after

    world.assembler = wrapped("slow", slow, later)
    await started(world, PLAIN)

    assert told(world, "build.complete")["duration"] == "2.5s"


async def test_an_event_without_an_id_is_appended_under_the_id_of_its_content() -> None:
    world = World()
    world.send("build.start", F, id=None, source_url=PLAIN)
    await handle(world)
    [build] = (await world.records.read(F)).record.builds.values()

    assert (build.phase, build.strategy) == (Phase.COMPLETE, Strategy.APPEND)
    content = hashlib.sha256(f"{F}{PLAIN}".encode()).hexdigest()
    assert build.content is not None
    assert build.content.content_hash == content
