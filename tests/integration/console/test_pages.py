"""What the console answers: pages that trust nobody, for browsers of this machine alone."""

import asyncio

import aiohttp
import pytest
from support.domain import FUNCTION, build, record, request_id
from support.event_stream import ACCEPTED, event_stream
from support.raw_http import raw_connection
from support.shown import Elements, Showcase

from knative_lambda.adapters.console import rendering
from knative_lambda.adapters.http.server import HttpServer
from knative_lambda.domain import names
from knative_lambda.domain.errors import SetupError
from knative_lambda.domain.record import Phase

STYLE = f"/assets/{rendering.edition()}/console.css"
BUILD = f"/builds/{request_id(1)}"
PAGES = ["/", BUILD, "/functions", "/functions/acme/orders", "/dead-letters"]
ANSWERS = [
    *((method, path, {}, 200) for method in ("GET", "HEAD") for path in PAGES),
    ("GET", STYLE, {}, 200),
    ("GET", "/", ACCEPTED, 200),
    ("GET", "/nowhere", {}, 404),
    ("GET", "/builds/x", {}, 404),
    ("GET", "/assets/old/console.css", {}, 404),
    ("GET", f"/assets/{rendering.edition()}/..%2froutes.py", {}, 404),
    ("POST", "/", {}, 405),
    ("DELETE", BUILD, {}, 405),
    ("OPTIONS", "/", {"Origin": "https://evil.test"}, 405),
    ("GET", "/", {"Host": "evil.test"}, 403),
    ("GET", STYLE, {"Host": "127.0.0.1.evil.test"}, 403),
    ("GET", "/", {**ACCEPTED, "Sec-Fetch-Site": "cross-site"}, 403),
    ("GET", "/", {**ACCEPTED, "Sec-Fetch-Site": "same-site"}, 403),
]


@pytest.fixture(autouse=True)
async def _one_build(showcase: Showcase) -> None:
    await showcase.write(record(build(1, Phase.OPEN)))
    showcase.logs.write(names.job(FUNCTION, request_id(1)), b"one\ntwo\n")


@pytest.mark.parametrize(("method", "path", "headers", "status"), ANSWERS)
async def test_every_answer_lets_no_browser_do_more_than_show_it(
    client: aiohttp.ClientSession, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    async with client.request(method, path, headers=headers) as response:
        assert response.status == status
        told = response.headers
    policy = told["Content-Security-Policy"].split("; ")
    assert policy[:3] == ["default-src 'none'", "style-src 'self'", "script-src 'self'"]
    assert {"frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} <= set(policy)
    assert told["X-Content-Type-Options"] == "nosniff"
    assert told["X-Frame-Options"] == "DENY"
    assert told["Referrer-Policy"] == "no-referrer"
    assert not [name for name in told if name.lower().startswith("access-control-")]
    assert "Set-Cookie" not in told
    assert ("immutable" if path == STYLE and status == 200 else "no-store") in told["Cache-Control"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8081", "127.0.0.1:1", "[::1]:8081"])
async def test_it_answers_to_the_names_of_this_machine(
    client: aiohttp.ClientSession, host: str
) -> None:
    async with client.get("/", headers={"Host": host}) as response:
        assert response.status == 200


async def test_nobody_else_reaches_it(server: HttpServer) -> None:
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.2", server.port)


async def test_a_page_of_another_site_may_lead_here(client: aiohttp.ClientSession) -> None:
    async with client.get("/", headers={"Sec-Fetch-Site": "cross-site"}) as response:
        assert response.status == 200


async def test_a_page_shows_its_log_without_a_script(client: aiohttp.ClientSession) -> None:
    async with client.get(BUILD) as response:
        page = Elements(await response.text())
    assert "one\ntwo\n" in page.text
    assert "being written" in page.text
    assert "orders" in page.text


async def test_a_page_fetches_nothing_but_our_own_files(client: aiohttp.ClientSession) -> None:
    async with client.get("/") as response:
        page = Elements(await response.text())
    assert page.values["src"] == [f"/assets/{rendering.edition()}/console.js"]
    assert all(link.startswith(("/", "#")) for link in page.values["href"])
    assert "style" not in page.values
    for path in {*page.values["src"], STYLE}:
        async with client.get(path) as response:
            assert (response.status, response.charset) == (200, "utf-8")


async def test_a_large_page_is_compressed(
    client: aiohttp.ClientSession, showcase: Showcase
) -> None:
    await showcase.write(record(*(build(number, Phase.OPEN) for number in range(1, 201))))
    async with client.get("/") as response:
        assert response.headers["Content-Encoding"] in ("gzip", "deflate")
        assert (await response.text()).count("<tr id=") == 200


@pytest.mark.parametrize(
    "path",
    ["/?q=%00%ff%3Cscript%3E", "/?phase=%0d%0aX: y", f"/?q={'x' * 4000}", "/functions/%2e/%00"],
)
async def test_a_strange_address_is_answered(server: HttpServer, path: str) -> None:
    async with raw_connection(server.port) as connection:
        await connection.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        status, headers = await connection.read_head()
    assert status in (200, 400, 404)
    assert "x" not in headers


async def test_a_port_in_use_is_told_with_the_option_that_chooses_another(
    server: HttpServer,
) -> None:
    message = f"port {server.port} is in use: choose another with --console-port"
    with pytest.raises(SetupError, match=message):
        async with HttpServer(
            server.port, [], host="127.0.0.1", setting="choose another with --console-port"
        ):
            pass


async def test_a_stream_begins_with_the_page(client: aiohttp.ClientSession) -> None:
    async with event_stream(client, BUILD) as stream:
        assert "orders" in (await stream.until("page")).data
        assert (await stream.until("log")).document["head"] == "one\ntwo\n"
