"""Events from a queue of RabbitMQ."""

import itertools
from collections.abc import AsyncIterator, Callable

import attrs
from aio_pika.abc import AbstractIncomingMessage
from aiormq.exceptions import ChannelAccessRefused

from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.adapters.rabbitmq.errors import publishing, words
from knative_lambda.adapters.rabbitmq.inbox import Inbox
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.outbox import Outbox
from knative_lambda.domain.errors import SetupError, TransientError
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
    _unsettled: dict[int, tuple[Inbox, AbstractIncomingMessage]] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._outbox = Outbox(self.link, self.now)

    async def deliveries(self) -> AsyncIterator[Delivery]:
        """What comes over one channel, until that is lost."""
        inbox = await self._opened()
        self.consuming = True
        try:
            async for incoming in inbox.messages():
                tag = next(self._tags)
                self._unsettled[tag] = inbox, incoming
                yield envelope.opened(incoming, tag, self.now())
            if inbox.cancelled:
                self.link.doubt()
            raise TransientError(f"the broker delivers no more of {self.link.topology.queue}")
        finally:
            self.consuming = False
            await inbox.close()

    async def _opened(self) -> Inbox:
        name = self.link.topology.queue
        channel = await self.link.channel()
        try:
            with self.link.using(f"consuming {name}"):
                return await Inbox.open(channel, name, self.prefetch)
        except TransientError as error:
            if not isinstance(error.__cause__, ChannelAccessRefused):
                raise
            rule = f"queue {name!r} may not be consumed by this user: permit it to read"
            raise SetupError(f"{rule} ({words(error.__cause__)})") from error

    async def settle(self, delivery: Delivery, settlement: Settlement) -> None:
        """Publish where it goes next, wait for that to be confirmed, and acknowledge."""
        if delivery.tag is None:
            return await self._outbox.settle(delivery, settlement)
        held = self._unsettled.pop(delivery.tag, None)
        if held is None:
            return None  # settled before: a delivery is, once
        inbox, incoming = held
        if inbox.channel.is_closed:
            raise TransientError("it was lost before it was settled, and comes again")
        try:
            await self._outbox.settle(delivery, settlement, incoming)
            with publishing("acknowledging"):
                await incoming.ack()
        except Exception:
            # Only losing it brings a delivery back; and a new connection mends what it can.
            if not inbox.channel.is_closed:
                await self.link.close()
            raise
