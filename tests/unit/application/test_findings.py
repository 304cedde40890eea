"""What a sweep mends is counted and logged, each thing by its name; so are the sweeps."""

import pytest
from structlog.testing import capture_logs
from support.processes import Replica
from support.world import World

from knative_lambda.adapters.memory.faults import Fault, Faults, Kind
from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.prometheus.table import FOUND
from knative_lambda.application.reconciler import CONTEXT_KEPT_FOR, JOB_KEPT_FOR, UNHEARD_AFTER
from knative_lambda.application.sweeper import Sweeper
from knative_lambda.domain import names
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import DeadLetter

F = FunctionId("acme", "greeter")
BUILD = request_id("producer", "1")
JOB = names.job(F, BUILD)
DAYS = 24 * 3600.0
SECOND = 1_000_000_000


async def handle_all(world: World) -> None:
    """Handle what is ready, and what comes of it."""
    while world.broker.ready:
        await Replica(world, Faults()).consume(world.broker.take())


async def building(world: World) -> None:
    """A build of F that is open, its Job running."""
    world.send("build.start", F, id="1")
    await handle_all(world)


async def ended(world: World, reason: Reason | None = None) -> None:
    """That build has ended, and all that follows is done."""
    await building(world)
    world.end_job(JOB, reason)
    (job,) = await world.runner.list()
    await Replica(world, Faults()).companion.report(job)
    await handle_all(world)


async def swept(world: World, *faults: Fault) -> MemoryMetrics:
    """What a sweep has counted."""
    replica = Replica(world, Faults(list(faults)))
    await Sweeper(replica.reconciler, lambda: 0.0).once()
    return replica.metrics


async def found(world: World) -> dict[str, int]:
    """What a sweep has come across."""
    with capture_logs() as lines:
        metrics = await swept(world)
    counted = {what: metrics.counts[what] for what in FOUND if metrics.counts[what]}
    told = [line["what"] for line in lines if line["event"] == "sweep.found"]
    assert sorted(told) == sorted(what for what, n in counted.items() for _ in range(n))
    return counted


async def test_where_all_is_well_nothing_is_found() -> None:
    world = World()
    await ended(world)
    assert await found(world) == {}


async def test_a_build_whose_end_nobody_told() -> None:
    world = World()
    await building(world)
    world.end_job(JOB, Reason.EVICTED)
    assert await found(world) == {"ended": 1}


async def test_an_outcome_that_nobody_settled() -> None:
    world = World()
    await building(world)
    world.end_job(JOB, Reason.EVICTED)
    (job,) = await world.runner.list()
    await Replica(world, Faults()).companion.report(job)
    world.broker.ready.clear()
    world.clock.advance(UNHEARD_AFTER / SECOND + 1)
    assert await found(world) == {"unheard": 1}


async def test_a_job_that_no_record_knows() -> None:
    world = World()
    await building(world)
    world.records._stored.clear()
    assert (await found(world))["job"] == 1


async def test_an_ended_job_that_was_kept_long_enough() -> None:
    world = World()
    await ended(world)
    world.clock.advance(JOB_KEPT_FOR / SECOND + 1)
    assert await found(world) == {"released_job": 1}


async def test_a_context_that_nothing_needs() -> None:
    world = World()
    await world.contexts.put("build-context/old", [b"content"])
    world.clock.advance(CONTEXT_KEPT_FOR / SECOND + 1)
    assert await found(world) == {"context": 1}


async def test_a_record_of_a_function_that_is_long_gone() -> None:
    world = World()
    world.send("service.delete", F, id="1")
    await handle_all(world)
    world.clock.advance(31 * DAYS)
    assert await found(world) == {"forgotten": 1}


async def test_a_function_whose_name_is_taken() -> None:
    world = World()
    world.deployer.plant(names.service(F))
    await building(world)
    world.end_job(JOB, None)
    (job,) = await world.runner.list()
    await Replica(world, Faults()).companion.report(job)
    replica = Replica(world, Faults())
    handled = await replica.handler.handle(world.broker.take())
    assert isinstance(handled.settlement, DeadLetter)
    assert handled.settlement.rejection is Rejection.FOREIGN_SERVICE

    assert (await found(world))["unservable"] == 1
    assert (await swept(world)).counts["unready"] == 1


async def test_functions_that_serve_are_counted() -> None:
    world = World()
    await ended(world)
    metrics = await swept(world)
    assert (metrics.counts["ready"], metrics.counts["unready"]) == (1, 0)


async def test_a_deleted_function_is_none_that_should_be_served() -> None:
    world = World()
    await ended(world)
    world.send("service.delete", F, id="2")
    await handle_all(world)
    metrics = await swept(world)
    assert (metrics.counts["ready"], metrics.counts["unready"]) == (0, 0)


@pytest.mark.parametrize(("faults", "name"), [(0, "swept"), (1, "swept in part")])
async def test_sweeps_are_counted_by_whether_they_could_look_at_all(faults: int, name: str) -> None:
    metrics = await swept(World(), *[Fault("records.sift", 1, Kind.FAIL)] * faults)
    assert metrics.counts[name] == 1


async def test_a_sweep_tells_how_many_builds_are_under_way() -> None:
    world = World()
    await building(world)
    assert (await swept(world)).counts["active"] == 1
    await ended(world)
    assert (await swept(world)).counts["active"] == 0
