"""The console on a free port, over ports in memory, and a client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from support.shown import Showcase

from knative_lambda.adapters.console.routes import Console
from knative_lambda.adapters.http.server import HttpServer


@asynccontextmanager
async def served(console: Console, showcase: Showcase) -> AsyncIterator[HttpServer]:
    """A server of *console*, which ends as that of a process does."""
    async with HttpServer(0, console.routes(), grace=5, host="127.0.0.1", drops=True) as server:
        try:
            yield server
        finally:
            console.close()
            await showcase.feeds.close()


@pytest.fixture
def showcase() -> Showcase:
    return Showcase()


@pytest.fixture
def console(showcase: Showcase) -> Console:
    """It has room for two who watch."""
    return Console(showcase.desk, viewers=2)


@pytest.fixture
async def server(console: Console, showcase: Showcase) -> AsyncIterator[HttpServer]:
    async with served(console, showcase) as server:
        yield server


@pytest.fixture
async def client(server: HttpServer) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as client:
        yield client
