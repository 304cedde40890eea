"""A broker in memory: what is published and consumed here is routed to its own queue."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import attrs

from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.intake import CONSUMED
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Ack, DeadLetter, Retry, SetAside, Settlement
from knative_lambda.ports import wire
from knative_lambda.ports.event_publisher import EventPublisher
from knative_lambda.ports.event_source import Delivery, EventSource, Failure, Message

_SECOND = 1_000_000_000


@attrs.frozen
class KeptMessage:
    """A dead letter: the message as it came, why it is here, and what it has been through.

    Attributes:
        kept_at: When it was given up, UTC nanoseconds since 1970, if that is known.
    """

    message: Message
    rejection: Rejection
    detail: str
    failures: tuple[Failure, ...] = ()
    kept_at: int | None = None


@attrs.define
class MemoryBroker(EventSource, EventPublisher):
    """One queue, with delays and dead letters.

    Attributes:
        now: The clock, UTC nanoseconds since 1970; delays are measured by it.
        prefetch: How many deliveries may be unsettled at once.
        ready: What waits to be taken, oldest first.
        in_flight: What was taken and is not settled, by tag.
        delayed: What waits for an instant.
        dead_letters: What was given up.
        listeners: Told of every event that is published, whoever else gets it.
    """

    now: Callable[[], int]
    prefetch: int = 32
    ready: list[Delivery] = attrs.field(factory=list)
    in_flight: dict[int | None, Delivery] = attrs.field(factory=dict)
    delayed: list[tuple[int, Delivery]] = attrs.field(factory=list)
    dead_letters: list[KeptMessage] = attrs.field(factory=list)
    listeners: list[Callable[[Message], None]] = attrs.field(factory=list)
    can_delay: bool = True
    consuming: bool = True
    _tags: "itertools.count[int]" = attrs.field(factory=itertools.count)
    _changed: asyncio.Event = attrs.field(factory=asyncio.Event)

    async def publish(self, announcement: Announcement) -> None:
        """Tell the listeners, and route to the queue what is consumed here."""
        message = wire.encode(announcement)
        if announcement.type in CONSUMED:
            self.send(message)
        self.tell(message)

    def tell(self, message: Message) -> None:
        """Let the listeners hear *message*."""
        for listener in list(self.listeners):
            listener(message)

    def send(self, message: Message) -> None:
        """Put *message* on the queue, whatever it is."""
        self._enqueue(Delivery(message, next(self._tags), self.now()))

    def _enqueue(self, delivery: Delivery) -> None:
        self.ready.append(delivery)
        self._changed.set()

    def take(self, index: int = 0) -> Delivery:
        """Take the delivery at *index* of what is ready; it is in flight until it is settled.

        Raises:
            IndexError: Nothing is ready there.
        """
        self.wake()
        # A tag of its own: who had it before, and is slow, settles nothing any more.
        delivery = attrs.evolve(self.ready.pop(index), tag=next(self._tags))
        self.in_flight[delivery.tag] = delivery
        return delivery

    def wake(self) -> None:
        """Make ready what has waited long enough."""
        now = self.now()
        due = [delivery for at, delivery in self.delayed if at <= now]
        self.delayed = [(at, delivery) for at, delivery in self.delayed if at > now]
        for delivery in due:
            self._enqueue(delivery)

    def duplicate(self, index: int = 0) -> None:
        """Deliver once more what is ready at *index*, as brokers do now and then."""
        self._enqueue(attrs.evolve(self.ready[index], tag=next(self._tags)))

    def abandon(self, tag: int | None) -> None:
        """The consumer that had taken *tag* is gone: the message comes back, if it is unsettled."""
        delivery = self.in_flight.pop(tag, None)
        if delivery is not None:
            self._enqueue(attrs.evolve(delivery, redelivered=True))

    async def deliveries(self) -> AsyncIterator[Delivery]:
        """Whatever is ready, as it becomes so."""
        while True:
            self.wake()
            while self.ready and len(self.in_flight) < self.prefetch:
                yield self.take()
            self._changed.clear()
            next_due = min((at for at, _ in self.delayed), default=None)
            wait = None if next_due is None else max(0, next_due - self.now()) / _SECOND
            # Not `wait_for`, which forgets a cancellation that meets what it waits for.
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._changed.wait()

    async def settle(self, delivery: Delivery, settlement: Settlement) -> None:
        """Settle once; a delivery that was abandoned meanwhile is no longer ours to settle."""
        if delivery.tag is not None and self.in_flight.pop(delivery.tag, None) is None:
            return
        match settlement:
            case Ack():
                pass
            case Retry() | SetAside():
                self.delay(delivery.put_back(settlement, self.now()), settlement.delay)
            case DeadLetter():
                why = (settlement.rejection, settlement.detail)
                kept = KeptMessage(delivery.message, *why, delivery.failures, self.now())
                self.dead_letters.append(kept)
        self._changed.set()

    def delay(self, delivery: Delivery, seconds: float) -> None:
        """Let *delivery* wait; where thousands do, a subclass keeps them in order."""
        self.delayed.append((self.now() + int(seconds * _SECOND), delivery))
