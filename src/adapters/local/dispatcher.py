"""What Triggers promise: events that they select reach their function, and replies go on."""

import asyncio
import io
from collections import deque
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import aiohttp
import attrs
import structlog

from knative_lambda.adapters.local.http_binding import (
    BinaryEvent,
    attributes_of,
    from_response,
    to_binary,
)
from knative_lambda.adapters.local.service_deployer import LocalServiceDeployer
from knative_lambda.adapters.memory.broker import KeptMessage, MemoryBroker
from knative_lambda.domain.intake import CONSUMED
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.request import Trigger
from knative_lambda.ports.event_source import Message

_RETRIES: Final = 5
_RETRIED: Final = frozenset(
    {
        HTTPStatus.NOT_FOUND,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.CONFLICT,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
_SERVER_ERRORS: Final = 500  # and above
_KEPT: Final = 1000  # dead letters

_log = structlog.get_logger()


class _UndeliveredError(Exception):
    """One attempt failed; *again* says whether another may do better."""

    def __init__(self, why: str, *, again: bool) -> None:
        super().__init__(why)
        self.again = again


@attrs.define(eq=False)
class Dispatcher:
    """Hears all that the broker tells; each Trigger gets what it selects, as with Knative.

    Attributes:
        first_delay: Seconds before the second attempt; doubled with each further one.
        dead_letters: The events that a function would not take, the last thousand of them.
    """

    broker: MemoryBroker
    deployer: LocalServiceDeployer
    first_delay: float = 1.0
    dead_letters: "deque[KeptMessage]" = attrs.field(factory=lambda: deque(maxlen=_KEPT))
    _client: aiohttp.ClientSession | None = None
    _under_way: "set[asyncio.Task[None]]" = attrs.field(factory=set)

    async def open(self) -> None:
        """Start to listen."""
        connector = aiohttp.TCPConnector(force_close=True, limit=0)
        # The gateway knows how long a request may take.
        endless = aiohttp.ClientTimeout(total=None)
        self._client = aiohttp.ClientSession(connector=connector, timeout=endless)
        self.broker.listeners.append(self._hear)

    async def close(self) -> None:
        """Listen no more, and give up what is under way."""
        self.broker.listeners.remove(self._hear)
        for task in self._under_way:
            task.cancel()
        await self.idle()
        if self._client is not None:
            await self._client.close()

    async def idle(self) -> None:
        """Wait until nothing is under way: neither an event nor what its reply led to."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    def _hear(self, message: Message) -> None:
        attributes = attributes_of(message)
        for service in self.deployer.names():
            for trigger, selected in self.deployer.triggers(service).items():
                if Trigger(selected).selects(attributes):
                    task = asyncio.create_task(self._deliver(message, service, trigger))
                    self._under_way.add(task)
                    task.add_done_callback(self._under_way.discard)

    async def _deliver(self, message: Message, service: str, trigger: str) -> None:
        named = {"service": service, "event_id": message.message_id}
        try:
            event = to_binary(message)
        except ValueError as error:
            self._give_up(message, str(error), named)
            return
        for attempt in range(_RETRIES + 1):
            if trigger not in self.deployer.triggers(service):
                return  # deleted meanwhile, and what was on its way to it with it
            try:
                reply = await self._send(event, service)
            except _UndeliveredError as error:
                if attempt == _RETRIES or not error.again:
                    self._give_up(message, f"{error} ({attempt + 1} attempts)", named)
                    return
                await asyncio.sleep(self.first_delay * 2**attempt)
            else:
                _log.info("event.delivered", **named)
                self._go_on(reply)
                return

    async def _send(self, event: BinaryEvent, service: str) -> Message | None:
        """The event that the function replied with, if any."""
        seen = await self.deployer.look(service)
        if self._client is None or seen is None or seen.url is None:
            raise _UndeliveredError("the function is not there", again=True)
        try:
            async with self._client.post(
                seen.url,
                data=io.BytesIO(event.body) if event.body else None,
                headers=event.headers,
                skip_auto_headers=("Content-Type",),
                allow_redirects=False,
            ) as response:
                body = await response.read()
        except aiohttp.ClientError as error:
            raise _UndeliveredError(f"no answer: {type(error).__name__}", again=True) from error
        if response.status >= HTTPStatus.MULTIPLE_CHOICES:
            again = response.status in _RETRIED or response.status >= _SERVER_ERRORS
            raise _UndeliveredError(f"the answer was {response.status}", again=again)
        try:
            return from_response(response.headers, body)
        except ValueError as error:
            raise _UndeliveredError(f"the reply is no event: {error}", again=False) from error

    def _go_on(self, reply: Message | None) -> None:
        if reply is None:
            return
        if reply.headers["type"] in CONSUMED:
            self.broker.send(reply)
        self.broker.tell(reply)

    def _give_up(self, message: Message, why: str, named: Mapping[str, object]) -> None:
        self.dead_letters.append(KeptMessage(message, Rejection.RETRIES_EXHAUSTED, why))
        _log.warning("event.undelivered", why=why, **named)
