"""What a sweep removes, and what it leaves: contexts and logs have an end, builds keep theirs."""

import attrs
import pytest
from support.processes import Replica
from support.world import SECOND, World

from knative_lambda.adapters.memory.faults import Faults
from knative_lambda.adapters.memory.records import MemoryRecords
from knative_lambda.application.reconciler import CONTEXT_KEPT_FOR, LOG_KEPT_FOR
from knative_lambda.domain import names
from knative_lambda.domain.errors import SetupError
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.ports.job_runner import JobSpec
from knative_lambda.ports.records import StoredRecord

F = FunctionId("acme", "greeter")
BUILD = request_id("producer", "1")
CONTEXT, LOG = names.context_key(F, "c" * 64, BUILD), names.log_key(F, BUILD)


async def left(kept_for: int) -> set[str]:
    """What is there after a sweep, of a context and a log stored so many nanoseconds ago."""
    world = World()
    for key in (CONTEXT, LOG):
        await world.contexts.put(key, [b"content"])
    world.clock.at += kept_for
    await Replica(world, Faults()).reconciler.sweep()
    return {stored.key for stored in await world.contexts.list()}


@pytest.mark.parametrize(
    ("age", "kept"),
    [
        (CONTEXT_KEPT_FOR, {CONTEXT, LOG}),
        (CONTEXT_KEPT_FOR + 1, {LOG}),
        (LOG_KEPT_FOR, {LOG}),
        (LOG_KEPT_FOR + 1, set()),
    ],
)
async def test_law_9_a_context_ends_after_a_day_and_a_log_after_seven(
    age: int, kept: set[str]
) -> None:
    assert LOG_KEPT_FOR == 7 * 24 * 3600 * SECOND
    assert await left(age) == kept


async def test_a_job_is_told_where_its_log_goes_and_where_its_source_came_from() -> None:
    world = World()
    source = "https://code.test/acme/greeter.zip?token=secret"
    world.send("build.start", F, id="1", source_url=source)
    await Replica(world, Faults()).handler.handle(world.broker.take())

    ((job, _),) = world.runner._jobs.values()
    assert isinstance(job, JobSpec)
    world.contexts.send(job.log_url, b"log")
    assert world.contexts._stored[LOG][0] == b"log"
    assert job.source == "https://code.test/acme/greeter.zip"
    assert "secret" not in repr(job)


@attrs.define
class UnreadableRecords(MemoryRecords):
    """Cannot read the record of one function, for a reason that does not pass."""

    async def read(self, function: FunctionId) -> StoredRecord:
        if function == F:
            raise SetupError("mend it")
        return await super().read(function)


async def test_a_function_that_needs_a_person_holds_up_no_other() -> None:
    world = World()
    for number, name in enumerate(("greeter", "other"), start=1):
        world.send("service.delete", FunctionId("acme", name), id=str(number))
        await Replica(world, Faults()).handler.handle(world.broker.take())
    world.clock.advance(31 * 24 * 3600)
    world.records = UnreadableRecords(world.records._stored)
    with pytest.raises(SetupError, match="mend it"):
        await Replica(world, Faults()).reconciler.sweep()
    (entry,) = await world.records.list()
    assert entry.record.function == F


async def test_what_another_sweep_has_forgotten_is_left_as_it_is() -> None:
    world, faults = World(), Faults()
    world.send("service.delete", F, id="1")
    await Replica(world, Faults()).handler.handle(world.broker.take())
    world.clock.advance(31 * 24 * 3600)

    async def let_another_sweep(call: str) -> None:
        if call == "records.read" and await world.records.list():
            await Replica(world, Faults()).reconciler.sweep()

    faults.pause = let_another_sweep
    await Replica(world, faults).reconciler.sweep()
    assert await world.records.list() == []
    assert faults.calls["records.read"] > 0
    assert faults.calls["records.erase"] == faults.calls["records.write"] == 0
