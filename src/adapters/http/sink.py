"""Events to a sink over HTTP, such as the ingress of a Knative Broker."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

import aiohttp
import attrs
from yarl import URL

from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.ports import wire
from knative_lambda.ports.event_publisher import EventPublisher

TIMEOUT: Final = 10.0  # seconds; a broker waits for its own storage without any


def _usable(text: str) -> URL:
    try:
        url = URL(text)
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise SetupError("K_SINK: must be an http or https URL with a host")
    return url


@attrs.define(eq=False)
class Sink:
    """Takes events; its connections are opened when they are needed.

    Attributes:
        url: Where events go, exactly; given as text, it may hold credentials.
        timeout: Seconds that one event may take.
    """

    url: URL = attrs.field(repr=False, converter=_usable)
    timeout: float = TIMEOUT
    _session: aiohttp.ClientSession | None = attrs.field(default=None, init=False)

    async def post(self, event: bytes) -> None:
        """Send *event*, a structured one, and wait until it is stored.

        Raises:
            TransientError: It was not confirmed; it may have been taken all the same.
        """
        with self._errors():
            try:
                status = await self._status(event)
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
                # A kept connection may be closed at the other end in the moment it is used again.
                status = await self._status(event)
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise self._failed(f"it answered {status}")

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _status(self, event: bytes) -> int:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers={"Content-Type": wire.STRUCTURED},
                timeout=aiohttp.ClientTimeout(self.timeout),
            )
        body = io.BytesIO(event)  # which is sent in pieces: others have their turn in between
        # What sends us elsewhere has stored nothing.
        async with self._session.post(self.url, data=body, allow_redirects=False) as response:
            return response.status

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError as error:
            raise self._failed(f"no answer in {self.timeout:g} s") from error
        except aiohttp.ClientConnectorError as error:
            # This names the host and the port; any other may name the whole URL.
            raise self._failed(str(error)) from error
        except aiohttp.ClientError as error:
            raise self._failed(type(error).__name__) from error

    def _failed(self, why: str) -> TransientError:
        sink = f"the sink at {self.url.host}:{self.url.port}"
        return TransientError(f"{sink} did not take the event: {why}")


@attrs.frozen
class HttpEventPublisher(EventPublisher):
    """Publishes structured events; to be stored is all that a sink can promise."""

    sink: Sink

    async def publish(self, announcement: Announcement) -> None:
        """Publish, and wait until the sink has it."""
        await self.sink.post(wire.encode(announcement).body)
