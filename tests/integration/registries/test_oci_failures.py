"""A registry that is slow, broken, or something else is told apart from one without the image."""

import asyncio
import hashlib
import json
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import web
from support.registry_push import MANIFEST
from support.registry_script import DIGEST, FOUND, Answer, always, guarded
from support.registry_setup import Registries, adapter, asking_of, scripted
from support.tcp_proxy import TcpProxy, free_port

from knative_lambda.adapters.oci.address import Address
from knative_lambda.adapters.oci.image_registry import OciImageRegistry
from knative_lambda.adapters.oci.transport import MOST
from knative_lambda.domain.errors import SetupError, TransientError


async def _asked(stack: AsyncExitStack, folder: Path, answer: Answer) -> str | None:
    """What comes of asking a registry that answers so."""
    script = await scripted(stack, answer)
    return await asking_of(stack, folder, script).digest(f"{script.host}/hello:1")


def _adapter(stack: AsyncExitStack, folder: Path, host: str) -> OciImageRegistry:
    return adapter(stack, Address.of(host), folder / "config.json")


async def test_where_nobody_listens_there_may_be_a_registry_later(
    stack: AsyncExitStack, tmp_path: Path
) -> None:
    host = f"127.0.0.1:{free_port()}"
    with pytest.raises(TransientError, match=f"the registry {host} cannot be reached"):
        await _adapter(stack, tmp_path, host).digest(f"{host}/hello:1")


async def test_a_host_without_an_address_may_have_one_later(
    stack: AsyncExitStack, tmp_path: Path
) -> None:
    host = "nowhere.invalid"
    with pytest.raises(TransientError, match=r"the registry nowhere\.invalid cannot be reached"):
        await _adapter(stack, tmp_path, host).digest(f"{host}/hello:1")


async def test_a_registry_that_says_nothing_is_not_waited_for_without_end(
    stack: AsyncExitStack, tmp_path: Path
) -> None:
    ended = asyncio.Event()

    async def answer(_request: web.Request) -> web.StreamResponse:
        await ended.wait()
        return web.Response()

    script = await scripted(stack, answer)
    asking = asking_of(stack, tmp_path, script, timeout=0.1)
    with pytest.raises(TransientError, match="no answer in time"):
        await asking.digest(f"{script.host}/hello:1")
    ended.set()


async def test_however_many_ask_at_once_none_waits_for_a_connection(
    stack: AsyncExitStack, tmp_path: Path
) -> None:
    many, all_there = 150, asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        if len(script.seen) == many:
            all_there.set()
        await all_there.wait()
        return await FOUND(request)

    script = await scripted(stack, answer)
    asking = asking_of(stack, tmp_path, script)
    images = [f"{script.host}/hello:{number}" for number in range(many)]
    assert await asyncio.gather(*map(asking.digest, images)) == [DIGEST] * many


async def test_an_answer_that_breaks_off_is_none(stack: AsyncExitStack, tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.method == "HEAD":
            return web.Response()
        response = web.StreamResponse(headers={"Content-Type": MANIFEST, "Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"{")
        assert request.transport is not None
        request.transport.abort()
        return response

    with pytest.raises(TransientError, match="cannot be reached: ClientPayloadError"):
        await _asked(stack, tmp_path, answer)


async def test_a_connection_that_was_closed_meanwhile_is_made_anew(opener: Registries) -> None:
    opened = await opener.open()
    pushed = await opened.pusher.image("hello", "1", b"content")
    port = int(opened.server.host.partition(":")[2])
    proxy = await opener.stack.enter_async_context(TcpProxy("127.0.0.1", port))
    host = f"127.0.0.1:{proxy.port}"
    asking = adapter(opener.stack, Address.of(host), opened.config)
    assert await asking.digest(f"{host}/hello:1") == pushed
    proxy.cut()
    assert await asking.digest(f"{host}/hello:1") == pushed


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_registry_in_trouble_may_be_out_of_it_later(
    stack: AsyncExitStack, tmp_path: Path, status: int
) -> None:
    with pytest.raises(TransientError, match=f"answered {status}"):
        await _asked(stack, tmp_path, always(status))


@pytest.mark.parametrize("status", [204, 400, 405, 410])
async def test_what_answers_as_no_registry_does_is_to_be_looked_at(
    stack: AsyncExitStack, tmp_path: Path, status: int
) -> None:
    with pytest.raises(SetupError, match=f"answered {status}, as no registry does"):
        await _asked(stack, tmp_path, always(status))


@pytest.mark.parametrize("said", [{}, {"Docker_Content_Digest": f"sha512:{'0' * 128}"}])
async def test_a_registry_that_says_no_such_digest_is_asked_for_the_manifest(
    stack: AsyncExitStack, tmp_path: Path, said: dict[str, str]
) -> None:
    body = json.dumps({"schemaVersion": 2}).encode()
    kind = f"{MANIFEST}; charset=utf-8"
    digest = await _asked(stack, tmp_path, always(200, body, Content_Type=kind, **said))
    assert digest == f"sha256:{hashlib.sha256(body).hexdigest()}"


async def test_a_manifest_that_is_removed_meanwhile_is_not_there(
    stack: AsyncExitStack, tmp_path: Path
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=200 if request.method == "HEAD" else 404)

    assert await _asked(stack, tmp_path, answer) is None


async def test_a_web_page_is_no_image(stack: AsyncExitStack, tmp_path: Path) -> None:
    page = always(200, b"<p>Welcome</p>", Content_Type="text/html")
    with pytest.raises(SetupError, match="no image, of type 'text/html'"):
        await _asked(stack, tmp_path, page)


async def test_more_than_a_manifest_may_hold_is_not_read(
    stack: AsyncExitStack, tmp_path: Path
) -> None:
    endless = always(200, b" " * (MOST + 1), Content_Type=MANIFEST)
    with pytest.raises(SetupError, match="sends without end"):
        await _asked(stack, tmp_path, endless)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"token": ""}',
        b'{"token": 1}',
        b'{"token": "a\\r\\nHost: b"}',
        b"[" * 100_000,
    ],
)
async def test_a_token_server_that_gives_no_token_may_give_one_later(
    stack: AsyncExitStack, tmp_path: Path, body: bytes
) -> None:
    tokens = await scripted(stack, always(200, body))
    challenge = f'Bearer realm="{tokens.url("/token")}"'
    with pytest.raises(TransientError, match=r"the token server 127\.0\.0\.1 .* gave no token"):
        await _asked(stack, tmp_path, guarded(challenge, "never", FOUND))


@pytest.mark.parametrize(("status", "error"), [(503, TransientError), (404, SetupError)])
async def test_a_token_server_that_fails_is_named(
    stack: AsyncExitStack, tmp_path: Path, status: int, error: type[Exception]
) -> None:
    tokens = await scripted(stack, always(status))
    challenge = f'Bearer realm="{tokens.url("/token")}"'
    with pytest.raises(error, match=f"the token server 127.0.0.1 .* answered {status}"):
        await _asked(stack, tmp_path, guarded(challenge, "never", FOUND))


async def test_a_token_that_is_not_taken_any_more_is_replaced(
    stack: AsyncExitStack, tmp_path: Path
) -> None:
    tokens = await scripted(stack, always(200, b'{"access_token": "first"}'))
    challenge = f'Bearer realm="{tokens.url("/token")}"'
    registry = await scripted(stack, guarded(challenge, "Bearer first", FOUND))
    asking = asking_of(stack, tmp_path, registry)
    assert await asking.digest(f"{registry.host}/hello:1") == DIGEST
    tokens.answer = always(200, b'{"token": "second"}')
    registry.answer = guarded(challenge, "Bearer second", FOUND)
    assert await asking.digest(f"{registry.host}/hello:1") == DIGEST
    assert [seen.shown for seen in registry.seen] == [
        None,
        "Bearer first",
        "Bearer first",
        "Bearer second",
    ]


async def test_what_is_no_http_is_told(stack: AsyncExitStack, tmp_path: Path) -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail ready\r\n")
        writer.close()
        await writer.wait_closed()

    server = await stack.enter_async_context(await asyncio.start_server(greet, "127.0.0.1", 0))
    host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with pytest.raises(SetupError, match="does not answer in HTTP"):
        await _adapter(stack, tmp_path, host).digest(f"{host}/hello:1")
