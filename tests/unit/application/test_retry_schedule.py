"""When an event that fails for a passing reason is tried again, and what is kept of its tries."""

import json
from contextlib import AbstractAsyncContextManager

import attrs
from hypothesis import given
from hypothesis import strategies as st
from support.processes import LIMITS, Replica
from support.world import BEGINNING, SECOND, Sources, World

from knative_lambda.adapters.memory.faults import Faults
from knative_lambda.domain import names
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.record import Phase
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.settlement import Ack, Retry, SetAside, Settlement
from knative_lambda.ports.event_source import Delivery, Failure, Message
from knative_lambda.ports.source_fetcher import SourceTree

HOUR = 3600
AWAY = "https://away.test"
# Seconds after the first try, with waits that nothing spreads.
FIRST_TRIES = [0, 1, 3, 7, 15, 31]
ALL_TRIES = [*FIRST_TRIES, *range(91, HOUR + 60, 60)]


@attrs.define
class Unsteady(Sources):
    """Where one source is away for now."""

    is_away: bool = True

    def fetch(self, request: BuildRequest) -> AbstractAsyncContextManager[SourceTree]:
        if self.is_away and request.source_url == AWAY:
            raise TransientError("the source is away")
        return super().fetch(request)


@attrs.frozen
class Try:
    """What became of the event *name*, so many seconds after the beginning."""

    at: float
    name: str
    settlement: Settlement


@attrs.define
class Service:
    """A replica that is never busy: it handles whatever is due, at the instant it is."""

    sources: Unsteady = attrs.field(factory=Unsteady)
    world: World = attrs.field(init=False)
    replica: Replica = attrs.field(init=False)
    tries: list[Try] = attrs.field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.world = World(sources=self.sources)
        self.replica = Replica(self.world, Faults())

    def start(self, name: str, source: str = AWAY) -> None:
        """Somebody asks for a build of the function *name*."""
        self.world.send("build.start", FunctionId("acme", name), id=name, source_url=source)

    async def run(self, until: float) -> None:
        """Let time pass until so many seconds after the beginning."""
        broker, clock = self.world.broker, self.world.clock
        while True:
            broker.wake()
            while broker.ready:
                await self._handle(broker.take())
            due = min((at for at, _ in broker.delayed), default=None)
            if due is None or due > BEGINNING + until * SECOND:
                clock.at = int(BEGINNING + until * SECOND)
                return
            clock.at = due

    async def _handle(self, delivery: Delivery) -> None:
        handled = await self.replica.handler.handle(delivery)
        await self.world.broker.settle(delivery, handled.settlement)
        name = json.loads(delivery.message.body)["id"]
        at = (self.world.clock() - BEGINNING) / SECOND
        self.tries.append(Try(at, name, handled.settlement))

    def tried(self, name: str) -> list[float]:
        """When the event *name* was tried."""
        return [one.at for one in self.tries if one.name == name]

    @property
    def is_empty(self) -> bool:
        broker = self.world.broker
        return not (broker.ready or broker.in_flight or broker.delayed)


async def test_it_is_tried_after_growing_waits_then_each_minute_for_an_hour() -> None:
    service = Service()
    service.start("hello")
    await service.run(until=2 * HOUR)
    assert service.tried("hello") == ALL_TRIES
    waits = [one.settlement.delay for one in service.tries if isinstance(one.settlement, Retry)]
    assert waits == [1, 2, 4, 8, 16] + [60] * 60


async def test_what_never_passed_is_a_dead_letter_with_its_first_and_newest_failures() -> None:
    service = Service()
    service.start("hello")
    await service.run(until=2 * HOUR)
    (letter,) = service.world.broker.dead_letters
    assert letter.rejection is Rejection.RETRIES_EXHAUSTED
    assert letter.detail == "given up after 66 tries in 3631 s: the source is away"
    failed = [(failure.at - BEGINNING) // SECOND for failure in letter.failures]
    assert failed == [0, *ALL_TRIES[-20:-1]]
    assert {failure.cause for failure in letter.failures} == {"the source is away"}
    assert [message.headers["type"] for message in service.world.published] == [
        "network.notifi.lambda.build.rejected"
    ]
    assert service.is_empty


async def test_law_7_what_never_passed_is_told_to_its_tenant_without_what_failed_inside() -> None:
    service = Service()
    service.start("hello")
    await service.run(until=2 * HOUR)
    (letter,), (rejected,) = service.world.broker.dead_letters, service.world.published
    said = json.loads(rejected.body)["data"]
    assert said["reason"] == "retries_exhausted"
    assert said["detail"] == "the event could not be handled, and is kept for a person to look at"
    assert "the source is away" in letter.detail


async def test_others_are_not_delayed_by_it_meanwhile() -> None:
    service = Service()
    service.start("hello")
    for number in range(60):
        service.world.send("service.delete", FunctionId("acme", f"f{number}"), id=f"other-{number}")
        await service.run(until=60 * (number + 1))
    others = [one for one in service.tries if one.name != "hello"]
    assert [one.at for one in others] == [60 * number for number in range(60)]
    assert {one.settlement for one in others} == {Ack()}
    assert len(service.tried("hello")) == len([at for at in ALL_TRIES if at <= HOUR])


async def test_it_is_done_with_the_first_try_that_passes() -> None:
    service = Service()
    service.start("hello")
    await service.run(until=40 * 60)
    service.sources.is_away = False
    await service.run(until=41 * 60)
    assert service.tries[-1].settlement == Ack()
    assert len(service.world.runner.started) == 1
    await service.run(until=3 * HOUR)
    assert len(service.tried("hello")) == len([at for at in ALL_TRIES if at <= 41 * 60])
    assert service.is_empty
    assert service.world.broker.dead_letters == []


async def test_law_10_what_was_set_aside_for_two_hours_and_then_fails_has_its_whole_hour() -> None:
    service = Service()
    busy = [f"busy-{number}" for number in range(LIMITS.active_per_tenant)]
    for name in busy:
        service.start(name, "https://there.test")
    service.start("hello")
    await service.run(until=2 * HOUR)
    set_aside = [one.settlement for one in service.tries if one.name == "hello"]
    assert len(set_aside) > 100
    assert {type(settlement) for settlement in set_aside} == {SetAside}

    for name in busy:
        job = names.job(FunctionId("acme", name), request_id("producer", name))
        service.world.end_job(job, None)
    await service.run(until=4 * HOUR)
    began = len(set_aside)
    first, *later = service.tried("hello")[began:]
    assert [at - first for at in [first, *later]] == ALL_TRIES
    (letter,) = service.world.broker.dead_letters
    assert letter.detail == "given up after 66 tries in 3631 s: the source is away"


async def test_a_build_begins_when_it_is_let_in_however_long_its_start_has_waited() -> None:
    service = Service()
    service.start("hello", "https://there.test")
    service.world.clock.advance(2 * HOUR)

    async def sweep_before_the_job(call: str) -> None:
        if call == "runner.start":
            await Replica(service.world, Faults()).reconciler.sweep()

    service.replica.faults.pause = sweep_before_the_job
    await service.run(until=2 * HOUR)
    (build,) = (
        await service.world.records.read(FunctionId("acme", "hello"))
    ).record.builds.values()
    assert build.accepted_at == BEGINNING + 2 * HOUR * SECOND
    assert build.key.at == BEGINNING
    assert build.phase is Phase.OPEN


@given(count=st.integers(0, 100))
def test_a_delivery_keeps_its_first_failure_and_the_newest_19(count: int) -> None:
    delivery = Delivery(Message(b""), tag=1, arrived=BEGINNING)
    failures = [Failure(BEGINNING + number, f"away {number}") for number in range(count)]
    for failure in failures:
        delivery = delivery.failed(failure)
    kept = failures if count <= 20 else [failures[0], *failures[-19:]]
    assert list(delivery.failures) == kept
    assert delivery.attempts == count
    assert attrs.evolve(delivery, failures=(), attempts=0) == Delivery(
        Message(b""), tag=1, arrived=BEGINNING
    )
