"""From a start to an image without a Job: what is told of it, and who takes over if it fails."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import attrs
import pytest
from structlog.testing import capture_logs
from support.processes import Replica
from support.world import BASE, World

from knative_lambda.adapters.memory.faults import Fault, Faults, Kind
from knative_lambda.adapters.memory.image_assembler import MemoryImageAssembler
from knative_lambda.adapters.wrapped import wrapped
from knative_lambda.domain import names
from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.record import Build, Phase
from knative_lambda.domain.settlement import Ack, Retry, Settlement
from knative_lambda.domain.strategy import Strategy
from knative_lambda.ports.image_assembler import Assembled, CannotAppendError, ImageSpec

F = FunctionId("acme", "greeter")
BUILD = request_id("producer", "1")
PLAIN, LOCKED, COMPILED = "https://plain.test", "https://locked.test", "https://one.test"


@attrs.define
class Refusing(MemoryImageAssembler):
    """Raises *error*, whatever it is asked for."""

    error: Exception = attrs.field(kw_only=True)

    async def assemble(self, spec: ImageSpec) -> Assembled:  # noqa: ARG002 - whatever it is
        raise self.error

    async def keep(self, image: str, digest: str, kept: str) -> bool:  # noqa: ARG002 - the same
        raise self.error


async def handle(
    world: World, *faults: Fault, strategy: Strategy = Strategy.AUTO
) -> tuple[Settlement, Replica]:
    """Handle what was sent last."""
    replica = Replica(world, Faults(list(faults)), strategy=strategy)
    handled = await replica.handler.handle(world.broker.take(len(world.broker.ready) - 1))
    return handled.settlement, replica


async def started(world: World, url: str, **more: Any) -> Build:
    """The build of a start from *url*, once that was handled."""
    strategy = more.pop("strategy", Strategy.AUTO)
    world.send("build.start", F, id="1", source_url=url, **more)
    settlement, _ = await handle(world, strategy=strategy)
    assert settlement == Ack()
    return (await world.records.read(F)).record.builds[BUILD]


def refusing(world: World, error: Exception) -> World:
    """*world*, where the assembler only raises *error*."""
    world.assembler = Refusing(world.registry, error=error)  # type: ignore[assignment]  # of the same port
    return world


def told(world: World, kind: str) -> Mapping[str, Any]:
    """The data of the one event of that *kind*."""
    [found] = [
        json.loads(message.body)["data"]
        for message in world.published
        if str(message.headers["type"]).endswith(kind)
    ]
    assert isinstance(found, dict)
    return found


def kinds(world: World) -> list[str]:
    return [str(message.headers["type"]).rpartition("lambda.")[2] for message in world.published]


def log_of(world: World) -> str:
    stored = world.contexts._stored[names.log_key(F, BUILD)][0]
    return gzip.decompress(stored).decode()


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


async def test_its_log_tells_what_was_done() -> None:
    world = World()
    build = await started(world, PLAIN)
    lines = log_of(world).splitlines()

    assert f"base: {BASE}" in lines
    assert "step: COPY function function/" in lines
    assert "layers: 1 on the base" in lines
    assert f"sent: {len(PLAIN)} bytes; the rest was in the registry" in lines
    assert "platforms: linux/amd64, linux/arm64" in lines
    assert f"image: {build.image}" in lines
    assert f"digest: {build.digest}" in lines
    assert f"sbom: {build.sbom}" in lines


async def test_a_log_that_cannot_be_kept_fails_no_build() -> None:
    world = World()
    world.send("build.start", F, id="1", source_url=PLAIN)
    with capture_logs() as lines:
        settlement, _ = await handle(world, Fault("contexts.put", 1, Kind.FAIL))

    assert settlement == Ack()
    assert kinds(world) == ["build.started", "build.complete"]
    assert [line["log_level"] for line in lines if line["event"] == "append.log_not_kept"] == [
        "warning"
    ]


async def test_where_nothing_tells_the_components_that_is_said() -> None:
    world = World()

    class Without(MemoryImageAssembler):
        async def assemble(self, spec: ImageSpec) -> Assembled:
            return attrs.evolve(await super().assemble(spec), sbom=None)

    world.assembler = Without(world.registry, frozenset({BASE}))  # type: ignore[assignment]  # as above
    await started(world, PLAIN)

    assert told(world, "build.complete")["sbom"] is None
    assert "sbom: none is attached" in log_of(world)


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


async def test_the_dependencies_that_kaniko_has_installed_are_kept_and_appended_to() -> None:
    world = World()
    first = await started(world, LOCKED)
    world.end_job(world.runner.started[0], None)
    world.send(
        "build.complete", F, id="end", status="success", build_id=BUILD, image_uri=first.image
    )
    await handle(world)
    world.sources.contents[LOCKED] = "other code"
    world.clock.advance(1)
    world.send("build.start", F, id="2", source_url=LOCKED)
    await handle(world)
    second = (await world.records.read(F)).record.builds[request_id("producer", "2")]

    assert (first.strategy, first.phase) == (Strategy.KANIKO, Phase.OPEN)
    assert first.strategy_reason == "its dependencies have to be installed first"
    assert (second.strategy, second.phase) == (Strategy.APPEND, Phase.COMPLETE)
    assert second.strategy_reason == (
        "appended to its base, and to the dependencies of an earlier build"
    )


async def test_its_log_names_the_layer_that_it_stands_on() -> None:
    world = World()
    kept = (await started(world, LOCKED)).content
    assert kept is not None
    image = f"registry.test/lambda/{names.slug(F)}"
    world.assembler._kept.add((image, kept.kept or ""))
    other = "2"
    world.sources.contents[LOCKED] = "other code"
    world.clock.advance(1)
    world.send("build.start", F, id=other, source_url=LOCKED)
    await handle(world)
    stored = world.contexts._stored[names.log_key(F, request_id("producer", other))][0]

    assert f"kept as {kept.kept}" in gzip.decompress(stored).decode()


@pytest.mark.parametrize(
    "error", [TransientError("away"), SetupError("no right"), RuntimeError("a bug")]
)
async def test_what_cannot_be_kept_fails_no_completion(error: Exception) -> None:
    world = World()
    build = await started(world, LOCKED)
    world.end_job(world.runner.started[0], None)
    refusing(world, error)
    world.send(
        "build.complete", F, id="end", status="success", build_id=BUILD, image_uri=build.image
    )
    with capture_logs() as lines:
        settlement, _ = await handle(world)

    assert settlement == Ack()
    assert (await world.records.read(F)).record.builds[BUILD].settled
    assert [line["log_level"] for line in lines if line["event"] == "dependencies.not_kept"] == [
        "warning"
    ]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (COMPILED, "its Dockerfile runs a command in the image itself: RUN make"),
        (LOCKED, "its dependencies have to be installed first"),
    ],
)
async def test_what_cannot_be_appended_is_built_and_says_why(url: str, why: str) -> None:
    world = World()
    build = await started(world, url)

    assert (build.phase, build.strategy, build.strategy_reason) == (
        Phase.OPEN,
        Strategy.KANIKO,
        why,
    )
    assert told(world, "build.started")["build_strategy_reason"] == why
    assert world.runner.started == [names.job(F, BUILD)]


async def test_a_refusal_is_told_to_the_operator_and_kaniko_takes_over() -> None:
    world = refusing(World(), SetupError("registry.internal: 403"))
    with capture_logs() as lines:
        build = await started(world, PLAIN)

    assert build.strategy is Strategy.KANIKO
    assert "internal" not in build.strategy_reason
    [refused] = [line for line in lines if line["event"] == "append.refused"]
    assert (refused["log_level"], refused["error"]) == ("warning", "registry.internal: 403")


@pytest.mark.parametrize("strategy", Strategy)
async def test_what_cannot_be_reached_is_tried_again(strategy: Strategy) -> None:
    world = refusing(World(), TransientError("away"))
    world.send("build.start", F, id="1", source_url=PLAIN, build_strategy=strategy.value)
    settlement, _ = await handle(world)

    assert isinstance(settlement, Ack if strategy is Strategy.KANIKO else Retry)


@pytest.mark.parametrize("url", [PLAIN, LOCKED, COMPILED])
async def test_where_kaniko_is_asked_for_nothing_is_appended(url: str) -> None:
    world = refusing(World(), AssertionError("not to be asked"))
    build = await started(world, url, build_strategy="kaniko")

    assert (build.strategy, build.strategy_reason) == (Strategy.KANIKO, "asked for")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (CannotAppendError("the base image is not there", Reason.IMAGE_PULL), Reason.IMAGE_PULL),
        (CannotAppendError("its files go over a folder"), Reason.SOURCE_REJECTED),
        (SetupError("registry.internal: 403"), Reason.PUSH_DENIED),
    ],
)
async def test_where_only_appending_is_asked_for_what_cannot_be_appended_fails(
    error: Exception, reason: Reason
) -> None:
    world = refusing(World(), error)
    build = await started(world, PLAIN, build_strategy="append")
    failed = told(world, "build.failed")

    assert (build.phase, build.strategy) == (Phase.FAILED, Strategy.APPEND)
    assert failed["reason"] == reason.value
    assert failed["build_strategy"] == "append"
    assert failed["build_strategy_reason"] == "asked for"
    assert str(failed["detail"]).startswith("its image cannot be appended: ")
    assert "internal" not in str(failed["detail"])
    assert world.runner.started == []


async def test_a_dockerfile_that_cannot_be_appended_fails_where_only_that_is_asked_for() -> None:
    world = World()
    build = await started(world, COMPILED, build_strategy="append")

    assert build.outcome is not None
    assert build.outcome.reason is Reason.SOURCE_REJECTED
    assert build.outcome.detail == (
        "its image cannot be appended: its Dockerfile runs a command in the image itself: "
        "RUN make; ask for build_strategy auto to have it built"
    )


async def test_an_appended_build_that_was_asked_for_says_so() -> None:
    assert (await started(World(), PLAIN, build_strategy="append")).strategy_reason == "asked for"


@pytest.mark.parametrize(
    ("installed", "asked", "made"),
    [
        (Strategy.KANIKO, None, Strategy.KANIKO),
        (Strategy.KANIKO, "append", Strategy.APPEND),
        (Strategy.KANIKO, "auto", Strategy.APPEND),
        (Strategy.APPEND, None, Strategy.APPEND),
        (Strategy.APPEND, "kaniko", Strategy.KANIKO),
        (Strategy.AUTO, None, Strategy.APPEND),
    ],
)
async def test_a_build_may_ask_for_another_way_than_the_installation_has(
    installed: Strategy, asked: str | None, made: Strategy
) -> None:
    build = await started(World(), PLAIN, strategy=installed, build_strategy=asked)

    assert build.strategy is made


async def test_an_image_is_as_long_in_the_making_as_the_clock_says() -> None:
    world = World()
    slow = world.assembler

    async def later(call: str, operation: Any, *given: Any, **named: Any) -> Any:
        if call == "slow.assemble":
            world.clock.advance(2.5)
        return await operation(*given, **named)

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
