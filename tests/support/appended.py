"""Starts in a world in memory, whose images are put together or are not."""

import gzip
import json
from collections.abc import Mapping
from typing import Any

import attrs
from support.processes import Replica
from support.world import World

from knative_lambda.adapters.memory.faults import Fault, Faults
from knative_lambda.adapters.memory.image_assembler import MemoryImageAssembler
from knative_lambda.domain import names
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.record import Build
from knative_lambda.domain.settlement import Ack, Settlement
from knative_lambda.domain.strategy import Strategy
from knative_lambda.ports.image_assembler import Assembled, ImageSpec

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
