"""Whoever waits for an order learns how it ended, that it will not, or that it may yet."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from support.domain import operation, record
from support.submitting import Broadcast, Told, order

from knative_lambda.adapters.memory.records import MemoryRecords
from knative_lambda.application.awaiting import Awaiting, InVainError
from knative_lambda.application.following import Following
from knative_lambda.application.order import Order
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.errors import SetupError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.records import Records, StoredRecord

DELETE = order("service.delete", "order-4711")
LONG = 10.0  # seconds; only ever spent when something is wrong


def of(kind: str) -> CloudEvent:
    return CloudEvent(id=f"{DELETE.id}.{kind}", source="test", type=PREFIX + kind, data=None)


class NobodysRecords(MemoryRecords):
    """Whoever asks may not read."""

    async def read(self, function: FunctionId) -> StoredRecord:
        raise SetupError(f"{function} is not yours to see")


class Silence(Broadcast):
    """Nothing is ever published."""

    async def listen(self) -> AsyncIterator[CloudEvent]:
        return _silent()


async def _silent() -> AsyncIterator[CloudEvent]:
    await asyncio.Event().wait()
    yield of("service.deleted")


async def awaiting(
    broadcast: Broadcast, records: Records, within: float = LONG, asked: Order = DELETE
) -> Awaiting:
    following = Following(asked, broadcast.listen, records, Told(), pause=0)
    await following.begin()
    return Awaiting(asked, following, records, within, every=0.001)


async def handled(*, effective: bool) -> MemoryRecords:
    """Records in which it was handled."""
    records = MemoryRecords()
    known = operation(1, id=DELETE.id, effective=effective)
    await records.write(record(known, function=DELETE.function), None)
    return records


async def test_it_ends_with_the_event_that_ends_it() -> None:
    events = [of("service.noticed"), of("service.deleted")]
    one = await awaiting(Broadcast([events]), MemoryRecords())
    assert await one.end() == events[-1]


async def test_records_that_may_not_be_read_do_no_harm() -> None:
    one = await awaiting(Broadcast([[of("service.deleted")]]), NobodysRecords())
    assert (await one.end()).type == f"{PREFIX}service.deleted"
    with pytest.raises(InVainError, match="nothing came of it"):
        await (await awaiting(Silence([]), NobodysRecords(), within=0.01)).end()


async def test_what_had_no_effect_is_told_though_nothing_is_published() -> None:
    one = await awaiting(Silence([]), await handled(effective=False))
    with pytest.raises(InVainError, match=r"^without effect: .* `knative-lambda status acme/hello"):
        await one.end()


async def test_what_is_decided_and_not_heard_to_be_done_is_told_as_such() -> None:
    one = await awaiting(Silence([]), await handled(effective=True), within=0.01)
    with pytest.raises(InVainError, match=r"^decided, and not heard to be done within 0\.01 s"):
        await one.end()


async def test_what_nobody_has_handled_in_time_is_told_with_how_to_follow_it() -> None:
    one = await awaiting(Silence([]), MemoryRecords(), within=0.01)
    with pytest.raises(InVainError, match=r"it may yet; .* with --id order-4711$"):
        await one.end()


async def test_who_may_no_longer_listen_is_told() -> None:
    one = await awaiting(Broadcast([[], SetupError("not yours")]), MemoryRecords())
    with pytest.raises(SetupError, match="not yours"):
        await one.end()
