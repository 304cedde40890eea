"""A bare client of a broker: what a producer or a person there would do, past our adapters."""

from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import aio_pika
import attrs
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage

from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.ports.event_source import Message


@attrs.define(eq=False)
class Client:
    """An open connection, as an async context manager."""

    url: str
    topology: Topology
    _connection: AbstractConnection | None = None

    async def __aenter__(self) -> Self:
        self._connection = await aio_pika.connect(self.url)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._connection is not None
        await self._connection.close()

    async def channel(self) -> AbstractChannel:
        assert self._connection is not None
        return await self._connection.channel(on_return_raises=True)

    async def send(self, message: Message, key: str = "") -> None:
        """Publish straight to our queue, or to the exchange by *key*."""
        at = message.timestamp
        sent = aio_pika.Message(
            message.body,
            headers=dict(message.headers),  # type: ignore[arg-type]  # tests send what fits
            content_type=message.content_type or None,
            message_id=message.message_id,
            timestamp=datetime.fromtimestamp(at / 1e9, UTC) if at is not None else None,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        channel = await self.channel()
        exchange = (
            await channel.get_exchange(self.topology.exchange) if key else channel.default_exchange
        )
        await exchange.publish(sent, key or self.topology.queue, mandatory=True)
        await channel.close()

    async def look(self, queue: str) -> Sequence[AbstractIncomingMessage]:
        """All that is in *queue*; it stays there."""
        channel = await self.channel()
        found = []
        place = await channel.get_queue(queue)
        while (message := await place.get(fail=False)) is not None:
            found.append(message)
        await channel.close()
        return found

    async def drain(self, queue: str) -> Sequence[AbstractIncomingMessage]:
        """Take all that is in *queue* now."""
        channel = await self.channel()
        place = await channel.declare_queue(queue, passive=True)
        count = place.declaration_result.message_count or 0
        found: list[AbstractIncomingMessage] = []
        async with place.iterator(no_ack=True) as messages:
            while len(found) < count:
                found.append(await anext(messages))
        await channel.close()
        return found

    async def depth(self, queue: str) -> int:
        """How many messages of *queue* are ready."""
        channel = await self.channel()
        declared = await channel.declare_queue(queue, passive=True)
        await channel.close()
        return declared.declaration_result.message_count or 0
