"""What a build that needed no Job leaves to read."""

import gzip

import attrs
from structlog.testing import capture_logs
from support.appended import LOCKED, PLAIN, F, handle, kinds, log_of, started, told
from support.world import BASE, World

from knative_lambda.adapters.memory.faults import Fault, Kind
from knative_lambda.adapters.memory.image_assembler import MemoryImageAssembler
from knative_lambda.domain import names
from knative_lambda.domain.ids import request_id
from knative_lambda.domain.settlement import Ack
from knative_lambda.ports.image_assembler import Assembled, ImageSpec


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
