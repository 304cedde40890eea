"""Events from a queue of RabbitMQ."""

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import attrs
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import CONNECTION_EXCEPTIONS

from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.adapters.rabbitmq.errors import publishing
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.outbox import Outbox
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.settlement import Settlement
from knative_lambda.ports.event_source import Delivery, EventSource


@attrs.define(eq=False)
class RabbitMQEventSource(EventSource):
    """Consumes our queue; what is delayed or given up is confirmed before it is acknowledged.

    Attributes:
        prefetch: How many deliveries may be unsettled at once.
        now: The clock, UTC nanoseconds since 1970.
    """

    link: Link
    prefetch: int
    now: Callable[[], int]
    can_delay: bool = True
    consuming: bool = False
    _outbox: Outbox = attrs.field(init=False)
    _tags: "itertools.count[int]" = attrs.field(factory=itertools.count)
    _unsettled: dict[int, tuple[AbstractChannel, AbstractIncomingMessage]] = attrs.field(
        factory=dict
    )

    def __attrs_post_init__(self) -> None:
        self._outbox = Outbox(self.link, self.now)

    async def deliveries(self) -> AsyncIterator[Delivery]:
        """What comes over one channel, until that is lost."""
        channel = await self.link.channel()
        name = self.link.topology.queue
        with publishing(f"consuming {name}"):
            await channel.set_qos(prefetch_count=self.prefetch)
            queue = await channel.get_queue(name, ensure=False)
            messages = queue.iterator()
            await messages.consume()
        self.consuming = True
        try:
            async for incoming in messages:
                tag = next(self._tags)
                self._unsettled[tag] = channel, incoming
                yield envelope.opened(incoming, tag, self.now())
            raise TransientError(f"the broker delivers no more of {name}")
        finally:
            self.consuming = False
            # What it had fetched ahead goes back; the channel stays, to settle what is in hand.
            with suppress(*CONNECTION_EXCEPTIONS, ExceptionGroup):
                await messages.close()

    async def settle(self, delivery: Delivery, settlement: Settlement) -> None:
        """Publish where it goes next, wait for that to be confirmed, and acknowledge."""
        if delivery.tag is None:
            return await self._outbox.settle(delivery, settlement)
        held = self._unsettled.pop(delivery.tag, None)
        if held is None:
            return None  # settled before: a delivery is, once
        channel, incoming = held
        try:
            await self._outbox.settle(delivery, settlement, incoming)
            with publishing("acknowledging"):
                await incoming.ack()
        except TransientError:
            # Only losing it brings a delivery back; and a new connection mends what it can.
            if not channel.is_closed:
                await self.link.close()
            raise
