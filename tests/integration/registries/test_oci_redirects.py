"""Nobody is led to another origin, with or without a credential."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import web
from support.registry import BASIC
from support.registry_script import DIGEST, FOUND, TOKEN, Answer, always, guarded
from support.registry_setup import asking_of, scripted

from knative_lambda.domain.errors import SetupError


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{recorder}/v2/hello/manifests/1",
        "//127.0.0.1:{recorder}/v2/hello/manifests/1",
        "http://localhost:{registry}/v2/hello/manifests/1",
        "https://127.0.0.1:{registry}/v2/hello/manifests/1",
        "http://127.0.0.1:port/",
        "http://[",
    ],
)
async def test_a_redirect_to_another_origin_is_not_followed(
    stack: AsyncExitStack, tmp_path: Path, location: str
) -> None:
    recorder = await scripted(stack, FOUND)
    registry = await scripted(stack, FOUND)
    away = always(307, Location=location.format(recorder=recorder.port, registry=registry.port))
    registry.answer = guarded('Basic realm="r"', BASIC, away)
    with pytest.raises(SetupError, match="redirects to another host or port"):
        await asking_of(stack, tmp_path, registry).digest(f"{registry.host}/hello:1")
    assert recorder.seen == []
    assert len(registry.seen) == 2


async def test_a_redirect_to_nowhere_is_told(stack: AsyncExitStack, tmp_path: Path) -> None:
    registry = await scripted(stack, always(307))
    with pytest.raises(SetupError, match="redirects"):
        await asking_of(stack, tmp_path, registry).digest(f"{registry.host}/hello:1")


async def test_a_token_servers_redirect_to_another_origin_is_not_followed(
    stack: AsyncExitStack, tmp_path: Path
) -> None:
    recorder = await scripted(stack, TOKEN)
    tokens = await scripted(stack, always(302, Location=recorder.url("/token")))
    challenge = f'Bearer realm="{tokens.url("/token")}"'
    registry = await scripted(stack, guarded(challenge, "Bearer t", FOUND))
    with pytest.raises(SetupError, match="redirects to another host or port"):
        await asking_of(stack, tmp_path, registry).digest(f"{registry.host}/hello:1")
    assert recorder.seen == []


def _moved_to(location: str) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path.endswith("/moved"):
            return await FOUND(request)
        return web.Response(status=307, headers={"Location": location})

    return guarded('Basic realm="r"', BASIC, answer)


@pytest.mark.parametrize("location", ["/moved", "{origin}/moved", "moved"])
async def test_a_redirect_within_the_registry_is_followed(
    stack: AsyncExitStack, tmp_path: Path, location: str
) -> None:
    registry = await scripted(stack, FOUND)
    registry.answer = _moved_to(location.format(origin=registry.url("")))
    assert await asking_of(stack, tmp_path, registry).digest(f"{registry.host}/hello:1") == DIGEST
    assert registry.seen[-1].path.endswith("/moved")
    assert registry.seen[-1].shown == BASIC


async def test_a_redirect_in_circles_ends(stack: AsyncExitStack, tmp_path: Path) -> None:
    registry = await scripted(stack, always(307, Location="/v2/hello/manifests/1"))
    with pytest.raises(SetupError, match="redirects again and again"):
        await asking_of(stack, tmp_path, registry).digest(f"{registry.host}/hello:1")
