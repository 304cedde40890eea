"""The one connection of a process to its broker: opened when needed, and again when lost."""

import asyncio
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

import aio_pika
import attrs
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import CONNECTION_EXCEPTIONS
from yarl import URL

from knative_lambda.adapters.rabbitmq import tolerance
from knative_lambda.adapters.rabbitmq.declaration import check, declare
from knative_lambda.adapters.rabbitmq.errors import connecting, publishing
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.ports.metrics import Metrics

CONNECT_TIMEOUT: Final = 10.0  # seconds
PUBLISH_TIMEOUT: Final = 30.0
HEARTBEAT: Final = 10  # seconds; a peer that is silent for three of them is gone

_log = structlog.get_logger()

tolerance.install()


@attrs.define(eq=False)
class Link:
    """Gives channels. All that is sent or fetched by a lost connection fails as transient.

    Attributes:
        url: `amqp` or `amqps`, with the credentials; it may set its own `heartbeat`.
        passive: Whether the topology is only looked for, never declared.
        authority: The file of the certificates to trust; `None`: those of the system.
    """

    url: str = attrs.field(repr=False)
    topology: Topology
    metrics: Metrics
    passive: bool = False
    authority: Path | None = None
    _connection: AbstractConnection | None = None
    _confirming: AbstractChannel | None = None
    _opening: asyncio.Lock = attrs.field(factory=asyncio.Lock)
    _ids: "WeakValueDictionary[str, asyncio.Lock]" = attrs.field(factory=WeakValueDictionary)

    async def channel(self) -> AbstractChannel:
        """A new channel without confirms.

        Raises:
            SetupError: The broker does not fit this service.
            TransientError: It cannot be reached.
        """
        async with self._opening:
            connection = await self._connected()
            with connecting(self.url):
                return await connection.channel(publisher_confirms=False)

    async def publish(self, message: aio_pika.Message, exchange: str, key: str) -> None:
        """Publish, and wait until the broker has stored it in every queue it was routed to.

        Raises:
            SetupError: The broker does not fit this service.
            TransientError: No queue takes it, or it was not confirmed.
        """
        async with self._opening:
            channel = await self._confirmed()
        # The client knows a message that comes back by its id alone, so of copies only one at a
        # time is under way: else one's refusal were taken for another's.
        lock = self._ids.setdefault(message.message_id or "", asyncio.Lock())
        with publishing(key):
            target = await channel.get_exchange(exchange, ensure=False) if exchange else None
            async with lock:
                await (target or channel.default_exchange).publish(
                    message, key, mandatory=True, timeout=PUBLISH_TIMEOUT
                )

    async def close(self) -> None:
        """Close; what was not settled goes back to its queue."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*CONNECTION_EXCEPTIONS, TimeoutError):
                await asyncio.wait_for(connection.close(), CONNECT_TIMEOUT)

    async def _confirmed(self) -> AbstractChannel:
        connection = await self._connected()
        if self._confirming is None or self._confirming.is_closed:
            with connecting(self.url):
                self._confirming = await connection.channel(on_return_raises=True)
        return self._confirming

    async def _connected(self) -> AbstractConnection:
        if self._connection is not None and not self._connection.is_closed:
            return self._connection
        self._confirming = None
        url = URL(self.url)
        if "heartbeat" not in url.query:
            url = url.update_query(heartbeat=HEARTBEAT)
        with connecting(self.url):
            connection = await aio_pika.connect(
                url,
                timeout=CONNECT_TIMEOUT,
                ssl_context=self._trust() if url.scheme == "amqps" else None,
                client_properties={"connection_name": "knative-lambda"},
            )
        try:
            with connecting(self.url):
                channel = await connection.channel()
            await (check if self.passive else declare)(channel, self.topology)
        except BaseException:
            await connection.close()
            raise
        connection.close_callbacks.add(self._lost)
        self._connection, self._confirming = connection, None
        self.metrics.broker(connected=True)
        _log.info("broker.connected", host=url.host, port=url.port)
        return connection

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.authority)

    def _lost(self, *_: object) -> None:
        # An old connection may end after a new one was made.
        if self._connection is None or self._connection.is_closed:
            self.metrics.broker(connected=False)
            _log.info("broker.disconnected")
