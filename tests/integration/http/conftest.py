"""A server of ours on a free port, what stands behind it, and a client."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import aiohttp
import pytest
from support.recipient import Recipient

from knative_lambda.adapters.http.events import event_routes
from knative_lambda.adapters.http.health import health_routes
from knative_lambda.adapters.http.server import HttpServer
from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics

Open = Callable[[HttpServer], Awaitable[HttpServer]]


@pytest.fixture
async def opened() -> AsyncIterator[Open]:
    """Opens a server until the test ends."""
    async with AsyncExitStack() as stack:
        yield stack.enter_async_context


@pytest.fixture
def recipient() -> Recipient:
    """Takes what comes to `/` and `/events`."""
    return Recipient()


@pytest.fixture
def letters() -> Recipient:
    """Takes what comes to `/dead-letters`."""
    return Recipient()


@pytest.fixture
async def server(opened: Open, recipient: Recipient, letters: Recipient) -> HttpServer:
    """It is ready, and has all routes."""
    health = health_routes(lambda: None, PrometheusMetrics().text)
    return await opened(HttpServer(0, [*health, *event_routes(recipient, letters)], grace=5))


@pytest.fixture
async def client(server: HttpServer) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of `server`."""
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as client:
        yield client
