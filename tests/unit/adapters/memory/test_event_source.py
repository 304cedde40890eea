"""The broker in memory, plain and subject to faults, keeps the laws of a source."""

from collections.abc import Sequence

import attrs
import pytest
from contracts.deliveries import Kept, close, following, message
from contracts.event_source import EventSourceContract
from support.world import BEGINNING, SECOND, Clock

from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.adapters.memory.faults import Fault, Faults, Kind, with_faults
from knative_lambda.adapters.prometheus.calls import measured
from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.settlement import Ack, Retry
from knative_lambda.ports.event_source import Delivery, EventSource, Message


class TestMemoryBroker(EventSourceContract):
    @pytest.fixture
    def source(self) -> EventSource:
        return self.made()

    def made(self) -> MemoryBroker:
        self.clock = Clock()
        self.broker = MemoryBroker(self.clock, prefetch=2)
        return self.broker

    async def send(self, sent: Message) -> None:
        self.broker.send(sent)

    async def dead_letters(self) -> Sequence[Kept]:
        return [
            Kept(letter.message, letter.rejection.value, letter.detail, letter.failures)
            for letter in self.broker.dead_letters
        ]

    async def abandon(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            self.broker.abandon(delivery.tag)

    def now(self) -> int:
        return self.clock()

    async def elapse(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.broker.wake()


class TestSourceWithoutFaults(TestMemoryBroker):
    @pytest.fixture
    def source(self) -> EventSource:
        return with_faults("source", self.made(), Faults())


class TestSourceMeasured(TestMemoryBroker):
    @pytest.fixture
    def source(self) -> EventSource:
        return measured("source", self.made(), PrometheusMetrics())


async def test_a_delivery_whose_settling_failed_comes_back() -> None:
    broker = MemoryBroker(Clock())
    faults = Faults([Fault("source.settle", 1, Kind.FAIL)])
    source: EventSource = with_faults("source", broker, faults)
    broker.send(message("a"))
    consumer = source.deliveries()
    delivery = await following(consumer)
    with pytest.raises(TransientError):
        await source.settle(delivery, Ack())
    broker.abandon(delivery.tag)
    assert (await following(consumer)).message == message("a")
    await close(consumer)


async def test_no_more_than_the_prefetch_are_in_hand() -> None:
    broker = MemoryBroker(Clock(), prefetch=2)
    for name in "abc":
        broker.send(message(name))
    consumer = broker.deliveries()
    first, _ = await following(consumer), await following(consumer)
    assert len(broker.ready) == 1
    third = following(consumer)
    await broker.settle(first, Ack())
    assert (await third).message == message("c")
    await close(consumer)


@pytest.mark.parametrize("delay", [3.0, 4.0])
async def test_a_message_that_falls_due_while_the_clock_is_read_is_not_lost(delay: float) -> None:
    @attrs.define
    class RunningClock:
        """Each reading takes a second."""

        at: int = BEGINNING

        def __call__(self) -> int:
            self.at += SECOND
            return self.at

    broker = MemoryBroker(RunningClock())
    broker.send(message("a"))
    await broker.settle(broker.take(), Retry(delay, "away"))
    for _ in range(5):
        broker.wake()
    assert [delivery.message for delivery in broker.ready] == [message("a")]


async def test_a_settlement_that_comes_after_the_message_was_given_to_another_is_ignored() -> None:
    broker = MemoryBroker(Clock())
    broker.send(message("a"))
    slow = broker.take()
    broker.abandon(slow.tag)
    quick = broker.take()
    await broker.settle(slow, Ack())
    broker.abandon(quick.tag)
    assert [delivery.message for delivery in broker.ready] == [message("a")]


async def test_a_duplicate_is_a_delivery_of_its_own() -> None:
    broker = MemoryBroker(Clock())
    broker.send(message("a"))
    broker.duplicate()
    first, second = broker.take(), broker.take()
    assert first.message == second.message
    await broker.settle(first, Ack())
    assert list(broker.in_flight) == [second.tag]


@pytest.mark.parametrize(("kind", "queued"), [("build.complete", 1), ("build.started", 0)])
async def test_only_what_is_consumed_here_is_routed_to_the_queue(kind: str, queued: int) -> None:
    broker = MemoryBroker(Clock())
    announcement = Announcement(
        id="1",
        type=f"network.notifi.lambda.{kind}",
        function=FunctionId("acme", "hello"),
        time=0,
        data={},
    )
    await broker.publish(announcement)
    assert len(broker.ready) == queued
