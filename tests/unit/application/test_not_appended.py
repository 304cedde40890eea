"""Who takes over when an image cannot be put together, and who is told why."""

import pytest
from structlog.testing import capture_logs
from support.appended import BUILD, COMPILED, LOCKED, PLAIN, F, handle, refusing, started, told
from support.world import World

from knative_lambda.domain import names
from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.record import Phase
from knative_lambda.domain.settlement import Ack, Retry
from knative_lambda.domain.strategy import Strategy
from knative_lambda.ports.image_assembler import CannotAppendError


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


async def test_what_is_behind_a_reason_is_told_to_the_operator_alone() -> None:
    error = CannotAppendError("the base image is not to be had")
    error.__cause__ = SetupError("mirror.internal has a certificate that is not trusted")
    world = refusing(World(), error)
    with capture_logs() as lines:
        build = await started(world, PLAIN)

    assert (build.strategy, build.strategy_reason) == (Strategy.KANIKO, str(error))
    [impossible] = [line for line in lines if line["event"] == "append.impossible"]
    assert impossible["log_level"] == "warning"
    assert (impossible["error"], impossible["cause"]) == (str(error), str(error.__cause__))
    assert impossible["build_id"] == BUILD


async def test_where_a_reason_says_it_all_the_operator_is_told_nothing() -> None:
    world = refusing(World(), CannotAppendError("its files go over a folder"))
    with capture_logs() as lines:
        await started(world, PLAIN)

    assert [line for line in lines if line["event"] == "append.impossible"] == []


@pytest.mark.parametrize("strategy", Strategy)
async def test_what_cannot_be_reached_is_tried_again(strategy: Strategy) -> None:
    world = refusing(World(), TransientError("away"))
    world.send("build.start", F, id="1", source_url=PLAIN, build_strategy=strategy.value)
    settlement, _ = await handle(world)

    assert isinstance(settlement, Ack if strategy is Strategy.KANIKO else Retry)


async def test_what_is_not_reached_for_minutes_is_built_and_the_operator_is_told() -> None:
    world = refusing(World(), TransientError("registry.internal: away"))
    began = world.clock()
    world.clock.advance(299)
    world.send("build.start", F, id="1", at=began, source_url=PLAIN)
    assert isinstance((await handle(world))[0], Retry)
    world.clock.advance(1)
    with capture_logs() as lines:
        build = await started(world, PLAIN, at=began)

    assert (build.phase, build.strategy) == (Phase.OPEN, Strategy.KANIKO)
    assert "could not be reached" in build.strategy_reason
    assert "internal" not in build.strategy_reason
    [unreached] = [line for line in lines if line["event"] == "append.unreached"]
    assert (unreached["log_level"], unreached["error"]) == ("warning", "registry.internal: away")


async def test_where_only_appending_is_asked_for_it_is_tried_as_long_as_anything_is() -> None:
    world = refusing(World(), TransientError("away"))
    began = world.clock()
    world.clock.advance(600)
    world.send("build.start", F, id="1", at=began, source_url=PLAIN, build_strategy="append")

    assert isinstance((await handle(world))[0], Retry)


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
