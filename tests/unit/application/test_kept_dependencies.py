"""The layer that Kaniko has made is kept, and what comes of it if it is not."""

import pytest
from structlog.testing import capture_logs
from support.appended import BUILD, LOCKED, F, handle, refusing, started
from support.world import World

from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.domain.ids import request_id
from knative_lambda.domain.record import Phase
from knative_lambda.domain.settlement import Ack
from knative_lambda.domain.strategy import Strategy


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
