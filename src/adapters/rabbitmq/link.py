"""The one connection of a process to its broker: opened when needed, and again when lost."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

import aio_pika
import attrs
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import CONNECTION_EXCEPTIONS, ChannelNotFoundEntity, PublishError
from yarl import URL

from knative_lambda.adapters.rabbitmq.declaration import check, check_exchange, declare
from knative_lambda.adapters.rabbitmq.dial import CONNECT_TIMEOUT, dial
from knative_lambda.adapters.rabbitmq.errors import connecting, publishing, words
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.domain.errors import TransientError
from knative_lambda.ports.metrics import Metrics

PUBLISH_TIMEOUT: Final = 30.0  # seconds
KEPT_EVERY: Final = 2.0

_log = structlog.get_logger()


@attrs.define(eq=False)
class Link:
    """Gives channels. All that is sent or fetched by a lost connection fails as transient.

    Attributes:
        url: `amqp` or `amqps`, with the credentials; it may set its own `heartbeat`.
        passive: Whether the topology is only looked for, never declared.
        publishes: Whether of the topology nothing but the exchange is used, or looked for.
        authority: The file of the certificates to trust; `None`: those of the system.
    """

    url: str = attrs.field(repr=False)
    topology: Topology
    metrics: Metrics
    passive: bool = False
    publishes: bool = False
    authority: Path | None = None
    _connection: AbstractConnection | None = None
    _confirming: AbstractChannel | None = None
    _stands: bool = False  # the topology, as far as is known
    _closing: "set[asyncio.Future[None]]" = attrs.field(factory=set)
    _opening: asyncio.Lock = attrs.field(factory=asyncio.Lock)
    _ids: "WeakValueDictionary[str, asyncio.Lock]" = attrs.field(factory=WeakValueDictionary)

    async def channel(self) -> AbstractChannel:
        """A new channel without confirms.

        Raises:
            SetupError: The broker does not fit this service.
            TransientError: It cannot be reached.
        """
        async with self._opening:
            connection = await self._ready()
            with connecting(self.url):
                return await connection.channel(publisher_confirms=False)

    @property
    def connected(self) -> bool:
        """Whether there is a connection now."""
        return self._connection is not None and self._connection.connected.is_set()

    async def keep(self) -> None:
        """Connect at once, and again whenever it is lost, until cancelled.

        Raises:
            SetupError: The broker does not fit this service.
        """
        while True:
            try:
                async with self._opening:
                    await self._ready()
            except TransientError as error:
                _log.warning("broker.away", error=str(error))
            await asyncio.sleep(KEPT_EVERY)

    async def publish(self, message: aio_pika.Message, exchange: str, key: str) -> None:
        """Publish, and wait until the broker has stored it in every queue it was routed to.

        Raises:
            SetupError: The broker does not fit this service.
            TransientError: No queue takes it, or it was not confirmed.
        """
        async with self._opening:
            channel = await self._confirmed()
        # The client knows a message that comes back by its id alone, so of copies only one at a
        # time is under way: else one's refusal were taken for another's. It makes up an id for
        # what has none.
        lock = asyncio.Lock()
        if message.message_id:
            lock = self._ids.setdefault(message.message_id, lock)
        with self.using(key):
            target = await channel.get_exchange(exchange, ensure=False) if exchange else None
            async with lock:
                await (target or channel.default_exchange).publish(
                    message, key, mandatory=True, timeout=PUBLISH_TIMEOUT
                )

    @contextmanager
    def using(self, what: str) -> Iterator[None]:
        """Translate what goes wrong with *what*; if it is gone, the topology is in doubt.

        Raises:
            TransientError: Whatever it was.
        """
        try:
            with publishing(what):
                yield
        except TransientError as error:
            if isinstance(error.__cause__, (PublishError, ChannelNotFoundEntity)):
                self.doubt()
            raise

    def doubt(self) -> None:
        """Something of the topology may be gone: see to it before the next use."""
        self._stands = False

    async def close(self) -> None:
        """Close; what was not settled goes back to its queue."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*CONNECTION_EXCEPTIONS, TimeoutError):
                await asyncio.wait_for(connection.close(), CONNECT_TIMEOUT)

    async def _confirmed(self) -> AbstractChannel:
        connection = await self._ready()
        if self._confirming is None or self._confirming.is_closed:
            with connecting(self.url):
                self._confirming = await connection.channel(on_return_raises=True)
        return self._confirming

    async def _ready(self) -> AbstractConnection:
        if self._connection is not None and self.connected:
            if not self._stands:
                await self._see_to_topology(self._connection)
            return self._connection
        self._connection = self._confirming = None
        connection = await dial(self.url, self.authority)
        try:
            await self._see_to_topology(connection)
        except BaseException:
            await connection.close()
            raise
        connection.close_callbacks.add(self._lost)
        self._connection = connection
        self.metrics.broker(connected=True)
        _log.info("broker.connected", host=URL(self.url).host, port=URL(self.url).port)
        return connection

    async def _see_to_topology(self, connection: AbstractConnection) -> None:
        with connecting(self.url):
            channel = await connection.channel()
        see_to = check if self.passive else declare
        await (check_exchange if self.publishes else see_to)(channel, self.topology)
        with connecting(self.url):
            await channel.close()
        self._stands = True

    def _lost(self, connection: AbstractConnection | None, error: BaseException | None) -> None:
        # An old connection may end after a new one was made.
        if self._connection in (None, connection):
            cause = words(error) if self._connection is not None and error is not None else "ours"
            self._connection = None
            self.metrics.broker(connected=False)
            _log.info("broker.disconnected", cause=cause)
        if connection is not None and not connection.close_called:
            # The client leaves what is lost open; and to await it here would wait for ourselves.
            closing = asyncio.ensure_future(connection.close())
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
