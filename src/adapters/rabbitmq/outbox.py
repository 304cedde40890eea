"""What leaves our hands but not the broker: delayed, or kept as a dead letter."""

from collections.abc import Callable
from typing import Final, assert_never

import attrs
from aio_pika import Message
from aio_pika.abc import AbstractIncomingMessage

from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.domain.instants import format_instant
from knative_lambda.domain.settlement import Ack, DeadLetter, Retry, SetAside, Settlement
from knative_lambda.ports.event_source import Delivery, Settler

_LONGEST: Final = 2000  # characters of a detail


@attrs.frozen
class Outbox(Settler):
    """Puts back and gives up, for our queue.

    Attributes:
        now: The clock, UTC nanoseconds since 1970.
    """

    link: Link
    now: Callable[[], int]
    can_delay: bool = True

    async def settle(
        self,
        delivery: Delivery,
        settlement: Settlement,
        incoming: AbstractIncomingMessage | None = None,
    ) -> None:
        """Publish where *delivery* goes next; *incoming* is what it was opened from."""
        topology = self.link.topology
        match settlement:
            case Ack():
                return
            case Retry() | SetAside():
                again = delivery.put_back(settlement, self.now())
                message = envelope.sealed(again, incoming, {}, settlement.delay)
                await self.link.publish(message, "", topology.waiting(settlement))
            case DeadLetter():
                letter = dead_letter(delivery, settlement, self.now(), incoming)
                await self.link.publish(letter, topology.dead_letter_exchange, topology.queue)
            case _:
                assert_never(settlement)


@attrs.frozen
class FunctionsOutbox(Settler):
    """Keeps the events that a function would not take.

    Attributes:
        now: The clock, UTC nanoseconds since 1970.
    """

    link: Link
    now: Callable[[], int]
    can_delay: bool = False

    async def settle(self, delivery: Delivery, settlement: Settlement) -> None:
        """Keep it, if it is a dead letter; there is nothing else to be done with it here."""
        if isinstance(settlement, DeadLetter):
            letter = dead_letter(delivery, settlement, self.now())
            await self.link.publish(letter, "", self.link.topology.functions)


def dead_letter(
    delivery: Delivery,
    why: DeadLetter,
    now: int,
    incoming: AbstractIncomingMessage | None = None,
) -> Message:
    """*delivery* as it is kept: unchanged, with the reason beside it."""
    more = {
        envelope.REASON: why.rejection.value,
        envelope.DETAIL: why.detail[:_LONGEST],
        envelope.KEPT_AT: format_instant(now),
    }
    return envelope.sealed(delivery, incoming, more, delay=None)
