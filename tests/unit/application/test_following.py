"""A build is followed by its events, each told once, whatever becomes of the connection."""

import pytest
from support.domain import build, record
from support.submitting import Broadcast, Told, event, request

from knative_lambda.adapters.memory.records import MemoryRecords
from knative_lambda.application.following import Following
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Phase, Record, Served
from knative_lambda.ports.records import StoredRecord

ASKED = request()
STARTED = event("build.started", ASKED.build_id)
COMPLETE = event("build.complete", ASKED.build_id)
SERVED = event("service.created", ASKED.build_id)
FOREIGN = event("build.complete", "f" * 32)
AWAY = TransientError("away")


class NobodysRecords(MemoryRecords):
    """Whoever asks may not read."""

    async def read(self, function: FunctionId) -> StoredRecord:
        raise SetupError(f"{function} is not yours to see")


def following(*turns: list[CloudEvent] | Exception) -> tuple[Following, Told]:
    told = Told()
    broadcast = Broadcast(list(turns))
    return Following(ASKED, broadcast.listen, MemoryRecords(), told, pause=0), told


async def kinds(one: Following, count: int) -> list[str]:
    """The types of the next events."""
    return [(await one.next()).type.removeprefix(PREFIX) for _ in range(count)]


def ended(served: Served) -> Record:
    """The record in which the build has ended well."""
    known = build(1, Phase.SETTLED, id=ASKED.build_id, served=served)
    return record(known, function=ASKED.function)


async def test_each_event_of_the_build_is_given_and_told() -> None:
    one, told = following([STARTED, FOREIGN, COMPLETE, SERVED])
    await one.begin()
    assert await kinds(one, 3) == ["build.started", "build.complete", "service.created"]
    assert told.events == [STARTED, COMPLETE, SERVED]


async def test_what_comes_twice_is_given_once() -> None:
    one, told = following([STARTED, STARTED, COMPLETE])
    await one.begin()
    assert await kinds(one, 2) == ["build.started", "build.complete"]
    assert told.events == [STARTED, COMPLETE]


@pytest.mark.parametrize("data", [None, [], {}, {"build_id": "f" * 32}])
async def test_what_names_no_build_of_ours_is_left_out(data: object) -> None:
    one, _ = following(
        [CloudEvent(id="1", source="test", type=f"{PREFIX}build.failed", data=data), COMPLETE]
    )
    await one.begin()
    assert await one.next() == COMPLETE


async def test_what_is_said_of_another_function_is_left_out_though_its_build_has_the_id() -> None:
    stranger = event("build.cancelled", ASKED.build_id, third_party_id="globex", parser_id="hello")
    one, _ = following([stranger, COMPLETE])
    await one.begin()
    assert await one.next() == COMPLETE


async def test_an_event_may_name_its_build_in_its_data_alone() -> None:
    outside = CloudEvent(
        id="1", source="test", type=f"{PREFIX}build.failed", data={"build_id": ASKED.build_id}
    )
    one, _ = following([outside])
    await one.begin()
    assert await one.next() == outside


async def test_who_cannot_listen_at_first_is_told_so() -> None:
    one, _ = following(AWAY)
    with pytest.raises(TransientError, match="away"):
        await one.begin()


async def test_after_a_loss_it_is_listened_to_again_and_told() -> None:
    one, told = following([STARTED], AWAY, AWAY, [STARTED, COMPLETE])
    await one.begin()
    assert await kinds(one, 2) == ["build.started", "build.complete"]
    assert [status for status, _ in told.statuses] == ["disconnected", "connected"]
    assert "the connection is lost; trying again" in told.texts[0]
    assert "what came in between" in told.texts[1]


async def test_after_a_loss_one_may_be_locked_out() -> None:
    one, _ = following([STARTED], SetupError("no longer permitted"))
    await one.begin()
    assert await kinds(one, 1) == ["build.started"]
    with pytest.raises(SetupError, match="no longer permitted"):
        await one.next()


async def test_what_was_missed_in_between_is_known_from_the_record() -> None:
    one, told = following([STARTED], [])
    await one.begin()
    assert await kinds(one, 1) == ["build.started"]
    await one.records.write(ended(Served.CREATED), None)
    assert await kinds(one, 2) == ["build.complete", "service.created"]
    assert len(told.events) == 3


async def test_what_was_heard_is_not_told_again_from_the_record() -> None:
    one, told = following([], [])
    await one.records.write(ended(Served.NOT_YET), None)
    await one.begin()
    assert await kinds(one, 1) == ["build.complete"]
    stored = await one.records.read(ASKED.function)
    await one.records.write(ended(Served.UPDATED), stored.version)
    assert await kinds(one, 1) == ["service.updated"]
    assert len(told.events) == 2


async def test_what_was_asked_for_before_is_known_from_the_record() -> None:
    one, _ = following([])
    await one.records.write(ended(Served.UPDATED), None)
    await one.begin()
    assert await kinds(one, 2) == ["build.complete", "service.updated"]


async def test_who_may_not_read_the_records_still_hears() -> None:
    one = Following(ASKED, Broadcast([[COMPLETE]]).listen, NobodysRecords(), Told())
    await one.begin()
    assert await one.next() == COMPLETE
