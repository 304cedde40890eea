"""The laws of `EventSource`."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from contracts.contract import Contract, eventually
from contracts.deliveries import SECOND, Kept, close, following, is_same, message, retry

from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Ack, DeadLetter, Retry, SetAside
from knative_lambda.ports.event_source import Delivery, EventSource, Message


class EventSourceContract(Contract):
    """What every source of events must do.

    Attributes:
        delay: Seconds; a delay that the source can keep, well above how exactly it keeps time.
    """

    delay: float = 1.0

    @pytest.fixture
    def source(self) -> EventSource:
        """A source with nothing in it, which hands out at least two deliveries at once."""
        raise NotImplementedError

    @abstractmethod
    async def send(self, sent: Message) -> None:
        """Back door: send a message as a producer would."""

    @abstractmethod
    async def dead_letters(self) -> Sequence[Kept]:
        """Back door: what was given up."""

    @abstractmethod
    async def abandon(self, deliveries: Sequence[Delivery]) -> None:
        """The consumer that took *deliveries* is gone, without a word; its iterator is closed."""

    @abstractmethod
    def now(self) -> int:
        """The time that delays are measured by, in nanoseconds."""

    @abstractmethod
    async def elapse(self, seconds: float) -> None:
        """Let virtual time pass; nothing to do where time is real."""

    @pytest.fixture
    async def deliveries(self, source: EventSource) -> AsyncIterator[AsyncIterator[Delivery]]:
        """What a consumer takes from *source*."""
        iterator = source.deliveries()
        yield iterator
        await close(iterator)

    async def test_every_message_is_delivered_as_it_was_sent(
        self, source: EventSource, deliveries: AsyncIterator[Delivery]
    ) -> None:
        sent = [message(name) for name in "abcde"]
        for one in sent:
            await self.send(one)
        for one in sent:
            delivery = await following(deliveries)
            assert is_same(delivery.message, one)
            assert (delivery.attempts, delivery.set_aside) == (0, 0)
            await source.settle(delivery, Ack())

    async def test_a_message_that_comes_later_is_awaited(
        self, source: EventSource, deliveries: AsyncIterator[Delivery]
    ) -> None:
        await self.send(message("a"))
        await source.settle(await following(deliveries), Ack())
        await self.send(message("b"))
        assert (await following(deliveries)).message.message_id == "b"

    async def test_what_is_not_settled_comes_back(self, source: EventSource) -> None:
        await self.send(message("a"))
        consumer = source.deliveries()
        first = await following(consumer)
        await close(consumer)
        await self.abandon([first])
        consumer = source.deliveries()
        again = await following(consumer)
        await close(consumer)
        assert is_same(again.message, message("a"))
        assert (again.attempts, again.set_aside) == (0, 0)
        assert (first.redelivered, again.redelivered) == (False, True)
        assert again.arrived >= first.arrived  # some brokers do not keep it

    async def test_what_was_acknowledged_never_comes_back(self, source: EventSource) -> None:
        await self.send(message("a"))
        consumer = source.deliveries()
        first = await following(consumer)
        await source.settle(first, Ack())
        await close(consumer)
        await self.abandon([first])
        await self.elapse(self.delay)
        await self.send(message("b"))
        consumer = source.deliveries()
        assert (await following(consumer)).message.message_id == "b"
        await close(consumer)
        assert list(await self.dead_letters()) == []

    async def test_a_retry_comes_after_its_delay_with_one_more_attempt(
        self, source: EventSource, deliveries: AsyncIterator[Delivery]
    ) -> None:
        await self.send(message("a"))
        first = await following(deliveries)
        for attempts in (1, 2):
            cause = f"away {attempts}"
            since = self.now()
            await source.settle(first, Retry(self.delay, cause))
            await self._nothing_but_what_is_sent(source, deliveries)
            again = await following(deliveries)
            assert self.now() - since >= self.delay * SECOND
            assert is_same(again.message, message("a"))
            assert (again.attempts, again.set_aside) == (attempts, 0)
            assert again.failures[-1].cause == cause
            assert len(again.failures) == attempts
            assert since <= again.failures[-1].at <= self.now()
            assert again.arrived == first.arrived
            first = again

    async def test_what_was_set_aside_comes_after_its_delay_with_the_same_attempts(
        self, source: EventSource, deliveries: AsyncIterator[Delivery]
    ) -> None:
        await self.send(message("a"))
        first = await following(deliveries)
        for set_aside in (1, 2):
            since = self.now()
            await source.settle(first, SetAside(self.delay))
            await self._nothing_but_what_is_sent(source, deliveries)
            again = await following(deliveries)
            assert self.now() - since >= self.delay * SECOND
            assert is_same(again.message, message("a"))
            assert (again.attempts, again.set_aside) == (0, set_aside)
            assert again.arrived == first.arrived
            first = again

    async def _nothing_but_what_is_sent(
        self, source: EventSource, deliveries: AsyncIterator[Delivery]
    ) -> None:
        """Half of the delay passes, in which only a marker is delivered; then the other half."""
        await self.elapse(self.delay / 2)
        await self.send(message("marker"))
        marker = await following(deliveries)
        assert marker.message.message_id == "marker"
        await source.settle(marker, Ack())
        await self.elapse(self.delay / 2)

    async def test_both_counts_are_kept_side_by_side(
        self, source: EventSource, deliveries: AsyncIterator[Delivery]
    ) -> None:
        await self.send(message("a"))
        for settlement in (
            Retry(self.delay, "away"),
            SetAside(self.delay),
            Retry(self.delay, "away"),
        ):
            await source.settle(await following(deliveries), settlement)
            await self.elapse(self.delay)
        last = await following(deliveries)
        assert (last.attempts, last.set_aside) == (2, 1)

    async def test_a_dead_letter_is_kept_unchanged_with_reason_and_detail(
        self, source: EventSource
    ) -> None:
        await self.send(message("a"))
        consumer = source.deliveries()
        delivery = await following(consumer)
        await source.settle(delivery, DeadLetter(Rejection.INVALID, "runtime: größer: must be ..."))
        await close(consumer)

        async def kept() -> bool:
            return len(await self.dead_letters()) == 1

        await eventually(kept)
        (letter,) = await self.dead_letters()
        assert is_same(letter.message, message("a"))
        assert letter.reason == Rejection.INVALID.value
        assert letter.detail == "runtime: größer: must be ..."

    async def test_a_dead_letter_is_delivered_no_more(self, source: EventSource) -> None:
        await self.send(message("a"))
        consumer = source.deliveries()
        delivery = await following(consumer)
        await source.settle(delivery, DeadLetter(Rejection.INVALID, "no"))
        await close(consumer)
        await self.abandon([delivery])
        await self.elapse(self.delay)
        await self.send(message("b"))
        consumer = source.deliveries()
        assert (await following(consumer)).message.message_id == "b"
        await close(consumer)

    async def test_a_dead_letter_says_what_it_has_been_through(self, source: EventSource) -> None:
        await self.send(message("a"))
        consumer = source.deliveries()
        await source.settle(await following(consumer), Retry(self.delay, "größer"))
        await self.elapse(self.delay)
        failed = await following(consumer)
        await source.settle(failed, DeadLetter(Rejection.RETRIES_EXHAUSTED, "given up"))
        await close(consumer)

        async def kept() -> bool:
            return len(await self.dead_letters()) == 1

        await eventually(kept)
        (letter,) = await self.dead_letters()
        assert letter.failures == failed.failures
        assert [failure.cause for failure in letter.failures] == ["größer"]

    @pytest.mark.parametrize("wait", [retry, SetAside], ids=["retry", "set aside"])
    async def test_what_came_by_another_door_is_delivered_after_its_delay(
        self,
        source: EventSource,
        deliveries: AsyncIterator[Delivery],
        wait: Callable[[float], Retry | SetAside],
    ) -> None:
        await source.settle(Delivery(message("a"), None, self.now()), wait(self.delay))
        await self._nothing_but_what_is_sent(source, deliveries)
        delivery = await following(deliveries)
        assert is_same(delivery.message, message("a"))
        assert delivery.attempts + delivery.set_aside == 1
        await source.settle(delivery, Ack())

    async def test_what_came_by_another_door_is_kept_as_a_dead_letter(
        self, source: EventSource
    ) -> None:
        delivery = Delivery(message("a"), None, self.now())
        await source.settle(delivery, DeadLetter(Rejection.INVALID, "no"))

        async def kept() -> bool:
            return len(await self.dead_letters()) == 1

        await eventually(kept)

    async def test_what_is_in_hand_blocks_nothing_behind_it(
        self, deliveries: AsyncIterator[Delivery]
    ) -> None:
        await self.send(message("a"))
        await self.send(message("b"))
        assert (await following(deliveries)).message.message_id == "a"
        assert (await following(deliveries)).message.message_id == "b"

    @pytest.mark.parametrize("wait", [retry, SetAside], ids=["retry", "set aside"])
    async def test_a_long_wait_blocks_no_shorter_one_behind_it(
        self,
        source: EventSource,
        deliveries: AsyncIterator[Delivery],
        wait: Callable[[float], Retry | SetAside],
    ) -> None:
        await self.send(message("a"))
        await self.send(message("b"))
        await source.settle(await following(deliveries), wait(2 * self.delay))
        await source.settle(await following(deliveries), wait(self.delay))
        await self.elapse(self.delay)
        first = await following(deliveries)
        await source.settle(first, Ack())
        await self.elapse(self.delay)
        second = await following(deliveries)
        assert [first.message.message_id, second.message.message_id] == ["b", "a"]
