"""Whoever sent an event is told, in one word and a sentence, what it came to."""

import json
from typing import Any

import attrs
import pytest
from support.processes import Replica
from support.world import SECOND, World

from knative_lambda.adapters.memory.faults import Fault, Faults, Kind
from knative_lambda.domain import names
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.settlement import Ack
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.receiver import Report

F = FunctionId("acme", "greeter")
SOURCE, OTHER, MISSING = "https://one.test", "https://two.test", "https://broken.test"


def build(name: str) -> str:
    """The id of the request that the event *name* makes."""
    return request_id("producer", name)


@attrs.define
class Desk:
    """Takes events one by one, and says what each came to."""

    world: World = attrs.field(factory=World)
    replica: Replica = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.replica = Replica(self.world, Faults())

    async def handle(self, index: int = 0) -> Report:
        """What the event at *index* of the queue came to."""
        handled = await self.replica.handler.handle(self.world.broker.take(index))
        assert handled.settlement == Ack()
        assert handled.report is not None
        return handled.report

    async def send(self, kind: str, name: str, seconds: int | None = None, **data: Any) -> Report:
        """What the event *name* comes to, sent with a time *seconds* from now, or without."""
        at = None if seconds is None else self.world.clock() + seconds * SECOND
        self.world.send(kind, F, id=name, at=at, **data)
        return await self.handle(-1)

    async def start(
        self, name: str, source: str = SOURCE, seconds: int | None = None, **data: Any
    ) -> Report:
        """What the start *name* comes to, a second after whatever was before."""
        self.world.clock.advance(1)
        return await self.send("build.start", name, seconds, source_url=source, **data)

    async def finish(self, name: str, reason: Reason | None = None) -> None:
        """The build ends, and its outcome is published."""
        job = names.job(F, build(name))
        self.world.end_job(job, reason)
        seen = await self.world.runner.look(job)
        assert seen is not None
        await self.replica.companion.report(seen)


async def test_a_start_that_is_let_in_has_its_job() -> None:
    told = await Desk().start("1", correlation_id="order-7")
    assert told == Report(
        status="job_created",
        message="the build has begun; how it ends will be an event",
        build_id=build("1"),
        job_name=names.job(F, build("1")),
        correlation_id="order-7",
    )


async def test_the_same_start_again_is_a_repeat() -> None:
    desk = Desk()
    first = await desk.start("1", correlation_id="order-7")
    again = await desk.start("1", correlation_id="order-7")
    assert again.status == "repeat"
    assert (again.build_id, again.correlation_id) == (first.build_id, "order-7")
    await desk.finish("1")
    assert (await desk.start("1")).status == "repeat"


async def test_a_start_of_what_is_built_already_is_complete() -> None:
    desk = Desk()
    await desk.start("1")
    await desk.finish("1")
    told = await desk.start("2")
    assert told == Report(
        status="build_complete",
        message="network.notifi.lambda.build.complete was published",
        build_id=build("2"),
    )


async def test_a_start_without_a_source_has_failed() -> None:
    told = await Desk().start("1", MISSING)
    assert (told.status, told.build_id, told.job_name) == ("build_failed", build("1"), None)


async def test_a_start_that_comes_too_late_is_superseded() -> None:
    desk = Desk()
    await desk.start("2")
    told = await desk.start("1", OTHER, seconds=-60)
    assert (told.status, told.build_id, told.job_name) == ("build_superseded", build("1"), None)


async def test_a_start_that_makes_another_give_way_is_told_of_its_own_job() -> None:
    desk = Desk()
    await desk.start("1")
    told = await desk.start("2", OTHER)
    assert (told.status, told.build_id) == ("job_created", build("2"))


async def test_a_cancel_has_cancelled() -> None:
    desk = Desk()
    await desk.start("1", correlation_id="order-7")
    told = await desk.send("build.cancel", "stop", build_id=build("1"))
    assert told == Report(
        status="build_cancelled",
        message="network.notifi.lambda.build.cancelled was published",
        build_id=build("1"),
        correlation_id="order-7",
    )


async def test_a_completion_has_created_then_updated_the_service() -> None:
    desk = Desk()
    statuses = []
    for name, source in (("1", SOURCE), ("2", OTHER)):
        await desk.start(name, source)
        await desk.finish(name)
        told = await desk.handle(-1)
        statuses.append((told.status, told.build_id))
    assert statuses == [("service_created", build("1")), ("service_updated", build("2"))]


async def test_a_completion_whose_service_goes_while_it_is_looked_at_has_created_another() -> None:
    desk = Desk()
    service = names.service(F)
    await desk.start("1")
    await desk.finish("1")
    desk.world.deployer.plant(service)

    async def remove(call: str) -> None:
        if call == "deployer.look":
            del desk.world.deployer._seen[service]

    desk.replica.faults.pause = remove
    assert (await desk.handle()).status == "service_created"
    spec = desk.world.deployer.specs[service]
    assert spec is not None
    assert spec.build_id == build("1")


async def test_a_completion_that_is_overtaken_is_told_so() -> None:
    desk = Desk()
    for name, source in (("1", SOURCE), ("2", OTHER)):
        await desk.start(name, source)
        await desk.finish(name)
    assert (await desk.handle(-1)).status == "service_created"
    assert (await desk.handle(0)).status == "service_superseded"


async def test_a_rollback_and_a_delete_have_done_what_they_say() -> None:
    desk = Desk()
    for name, source in (("1", SOURCE), ("2", OTHER)):
        await desk.start(name, source)
        await desk.finish(name)
        await desk.handle(-1)
    assert (await desk.send("service.rollback", "back")).status == "service_rolled_back"
    assert await desk.send("service.delete", "gone") == Report(
        status="service_deleted", message="network.notifi.lambda.service.deleted was published"
    )
    assert (await desk.send("service.delete", "gone")).status == "repeat"


async def test_what_only_the_record_takes_in_is_noted() -> None:
    desk = Desk()
    await desk.start("1")
    await desk.finish("1", Reason.EVICTED)
    heard = await desk.handle()
    assert heard == Report(
        status="noted", message="the function's record has it now", build_id=build("1")
    )


async def test_a_job_that_changed_is_looked_at_and_anything_else_ignored() -> None:
    desk = Desk()
    labels = {"third-party-id": "acme", "parser-id": "greeter", "build-id": build("1")}
    marked = {f"build.notifi.network/{name}": value for name, value in labels.items()}
    statuses = []
    for kind in ("Job", "Pod"):
        event = {
            "id": kind,
            "source": "api",
            "type": "dev.knative.apiserver.resource.update",
            "data": {"kind": kind, "metadata": {"labels": marked}},
        }
        desk.world.broker.send(Message(json.dumps(event).encode()))
        statuses.append((await desk.handle()).status)
    assert statuses == ["reconciled", "ignored"]


@pytest.mark.parametrize(
    ("runtime", "fault"),
    [("cobol", None), ("nodejs22", Fault("records.read", 1, Kind.FAIL))],
    ids=["dead letter", "retry"],
)
async def test_what_is_not_done_has_no_report(runtime: str, fault: Fault | None) -> None:
    world = World()
    world.send("build.start", F, id="1", runtime=runtime)
    replica = Replica(world, Faults([fault] if fault else []))
    handled = await replica.handler.handle(world.broker.take())
    assert handled.settlement != Ack()
    assert handled.report is None
