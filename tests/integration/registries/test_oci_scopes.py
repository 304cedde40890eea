"""Each right is asked for when it is needed, and used for nothing else."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import web
from support.fake_registry import FakeRegistry
from support.pushing_setup import NAME, Waits, blob, client_of, manifest
from support.registry import BASIC
from support.registry_script import Script
from support.registry_setup import KNOWN, log_in, scripted

from knative_lambda.adapters.oci.errors import RegistryRefusalError
from knative_lambda.adapters.oci.repository import Repository

PULL, PUSH = f"repository:{NAME}:pull", f"repository:{NAME}:pull,push"
MOUNT = f"{PUSH} repository:bases:pull"


class Guarded:
    """A registry, and its token server at `/token`, which gives what may be had."""

    def __init__(self, refusing: int = 401, told: str = "") -> None:
        self.registry = FakeRegistry()
        self.refusing = refusing
        self.told = told
        self.asked: list[str] = []
        self.denied: set[str] = set()
        self.script = Script(self)

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/token":
            assert request.headers.get("Authorization") == BASIC
            self.asked.append(" ".join(request.query.getall("scope")))
            return web.json_response({"token": f"{len(self.asked)}"})
        needed = PUSH if request.method in ("POST", "PUT", "PATCH") else PULL
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        granted = self.asked[int(shown) - 1] if shown else ""
        if needed in granted and granted not in self.denied:
            return await self.registry(request)
        told = f'Bearer realm="{self.script.url("/token")}",scope="{self.told or needed}"'
        if shown:
            told += ',error="insufficient_scope"'
        status = self.refusing if shown else 401
        return web.Response(status=status, headers={"WWW-Authenticate": told})


async def _repository(stack: AsyncExitStack, folder: Path, guarded: Guarded) -> Repository:
    await stack.enter_async_context(guarded.script)
    log_in(folder / "config.json", guarded.script.host, KNOWN)
    client = client_of(stack, guarded.script.host, folder / "config.json")
    return Repository(client, NAME, Waits().retries)


async def test_each_right_is_asked_for_once(stack: AsyncExitStack, tmp_path: Path) -> None:
    guarded = Guarded()
    repository = await _repository(stack, tmp_path, guarded)
    for content in (b"one", b"two"):
        await repository.has(blob(content).digest)
        await repository.mount(blob(content).digest, "bases")
        await repository.send(blob(content))
    assert guarded.asked == [PULL, MOUNT, PUSH]
    assert await repository.tag(manifest(), "1") is not None
    assert await repository.manifest("1") == manifest()
    assert guarded.asked == [PULL, MOUNT, PUSH]


async def test_what_the_registry_asks_for_besides_is_asked_for_too(
    stack: AsyncExitStack, tmp_path: Path
) -> None:
    guarded = Guarded(told="repository:user/image:pull")  # an example that GitHub gives to all
    repository = await _repository(stack, tmp_path, guarded)
    await repository.send(blob(b"one"))
    assert guarded.asked == [f"repository:user/image:pull {PUSH}"]


@pytest.mark.parametrize("status", [401, 403])
async def test_a_right_that_is_not_enough_any_more_is_asked_for_once_again(
    stack: AsyncExitStack, tmp_path: Path, status: int
) -> None:
    guarded = Guarded(refusing=status)
    repository = await _repository(stack, tmp_path, guarded)
    await repository.send(blob(b"one"))
    guarded.denied = {PUSH}
    with pytest.raises(RegistryRefusalError, match="let this user push to the repository"):
        await repository.send(blob(b"two"))
    assert guarded.asked == [PUSH, PUSH]
    guarded.denied.clear()
    await repository.send(blob(b"two"))
    assert guarded.asked == [PUSH, PUSH, PUSH]


async def test_a_right_is_asked_for_again_to_pull(stack: AsyncExitStack, tmp_path: Path) -> None:
    guarded = Guarded()
    repository = await _repository(stack, tmp_path, guarded)
    await repository.send(blob(b"one"))
    guarded.denied = {PULL}
    with pytest.raises(RegistryRefusalError, match="let this user read the repository"):
        await anext(repository.fetch(blob(b"one").digest))


async def test_who_asks_for_nothing_is_shown_nothing(stack: AsyncExitStack, tmp_path: Path) -> None:
    script = await scripted(stack, FakeRegistry())
    log_in(tmp_path / "config.json", script.host, KNOWN)
    client = client_of(stack, script.host, tmp_path / "config.json")
    await Repository(client, NAME).send(blob(b"one"))
    assert {seen.shown for seen in script.seen} == {None}
