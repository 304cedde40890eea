"""The gateway passes on what it is sent, and keeps its address."""

import asyncio
import io
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from knative_lambda.adapters.local.gateway import Gateway, PortInUseError, Route
from knative_lambda.ports.wire import LARGEST

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def backend(handler: Handler) -> AsyncIterator[str]:
    """The URL of a server that answers everything with *handler*."""
    app = web.Application(client_max_size=LARGEST + 1)
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    gateway = Gateway()
    await gateway.open(0)
    yield gateway
    await gateway.close()


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(auto_decompress=False) as client:
        yield client


def route_to(url: str, timeout: float = 30) -> Route:
    """A route to what is always there."""
    return Route(lambda: url, timeout)


async def test_a_request_and_its_answer_pass_unchanged(
    gateway: Gateway, client: aiohttp.ClientSession
) -> None:
    seen: list[tuple[str, str, str, str, bytes]] = []

    async def answer(request: web.Request) -> web.Response:
        headers = request.headers
        seen.append(
            (
                request.method,
                request.raw_path,
                headers["ce-subject"],
                headers["Content-Encoding"],
                await request.read(),
            )
        )
        made = web.Response(status=418, reason="Short and stout", body=b"\x1f\x8b not gzip")
        made.headers.extend([("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("ce-id", "%20x")])
        made.headers["Content-Encoding"] = "gzip"
        made.headers["Content-Type"] = "x/y"
        return made

    async with backend(answer) as url:
        gateway.route = route_to(url)
        headers = {"ce-subject": "a%20b", "Content-Encoding": "gzip"}
        asked = client.put(f"{gateway.url}/a%2Fb/..c?d=%26", data=b"\0\xff", headers=headers)
        async with asked as response:
            assert (response.status, response.reason) == (418, "Short and stout")
            assert response.headers.getall("Set-Cookie") == ["a=1", "b=2"]
            assert response.headers["ce-id"] == "%20x"
            assert response.headers["Content-Type"] == "x/y"
            assert await response.read() == b"\x1f\x8b not gzip"
    assert seen == [("PUT", "/a%2Fb/..c?d=%26", "a%20b", "gzip", b"\0\xff")]


async def test_an_answer_without_content_passes(
    gateway: Gateway, client: aiohttp.ClientSession
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=204)

    async with backend(answer) as url:
        gateway.route = route_to(url)
        async with client.post(gateway.url) as response:
            assert (response.status, await response.read()) == (204, b"")


async def test_without_a_revision_it_says_to_try_again(
    gateway: Gateway, client: aiohttp.ClientSession
) -> None:
    for route in (None, Route(lambda: None, 1), route_to("http://127.0.0.1:1")):
        gateway.route = route
        async with client.post(gateway.url, data=b"x") as response:
            assert response.status == 503
            assert response.headers["Retry-After"] == "1"
            assert response.content_type == "application/problem+json"
            assert (await response.json())["status"] == 503


async def test_the_largest_body_passes_and_a_larger_one_does_not(
    gateway: Gateway, client: aiohttp.ClientSession
) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=str(len(await request.read())))

    async with backend(answer) as url:
        gateway.route = route_to(url)
        async with client.post(gateway.url, data=io.BytesIO(bytes(LARGEST))) as response:
            assert await response.text() == str(LARGEST)
        async with client.post(gateway.url, data=io.BytesIO(bytes(LARGEST + 1))) as response:
            assert response.status == 413
            assert str(LARGEST) in (await response.json())["detail"]


async def test_a_function_that_never_answers_is_given_up(
    gateway: Gateway, client: aiohttp.ClientSession
) -> None:
    async def never(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with backend(never) as url:
        gateway.route = route_to(url, timeout=0.05)
        async with client.post(gateway.url) as response:
            assert response.status == 504


async def test_a_route_is_drained_when_its_last_request_is_answered(
    gateway: Gateway, client: aiohttp.ClientSession
) -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_request: web.Request) -> web.Response:
        arrived.set()
        await go_on.wait()
        return web.Response(text="old")

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="new")

    async def ask() -> str:
        async with client.post(gateway.url) as response:
            return await response.text()

    async with backend(slow) as old_url, backend(answer) as new_url:
        gateway.route = old = route_to(old_url)
        await old.drained()
        asking = asyncio.create_task(ask())
        await arrived.wait()
        gateway.route = route_to(new_url)
        draining = asyncio.create_task(old.drained())
        assert await ask() == "new"
        assert not draining.done()
        go_on.set()
        assert await asking == "old"
        await draining


async def test_a_port_that_is_in_use_is_refused_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError) as refusal:
            await Gateway().open(port)
    assert refusal.value.detail == f"port {port} is in use; choose another with --port"
