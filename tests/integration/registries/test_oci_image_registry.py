"""The adapter for OCI registries keeps the laws of the port, whomever the registry lets in."""

import hashlib

import pytest
from contracts.image_registry import REPOSITORY, ImageRegistryContract
from support.registry import Mode
from support.registry_push import DOCKER_LIST, DOCKER_MANIFEST, INDEX
from support.registry_setup import Registries, Setup

from knative_lambda.adapters.oci.image_registry import OciImageRegistry
from knative_lambda.domain.image_name import ImageName


class TestOpenRegistry(ImageRegistryContract):
    mode = Mode.OPEN
    tls = False

    @pytest.fixture
    async def registry(self, opener: Registries) -> OciImageRegistry:
        self.opened: Setup = await opener.open(self.mode, tls=self.tls)
        self.host = self.opened.server.host
        return self.opened.adapter()

    async def push(self, image: str, content: bytes) -> str:
        """As to a registry that is told to keep its tags; this one cannot be told so."""
        name = ImageName.parse(image)
        if await self.opened.pusher.has(name.repository, name.tag):
            return await self.opened.pusher.image(name.repository, "refused", content)
        return await self.opened.pusher.image(name.repository, name.tag, content)

    async def repositories(self) -> set[str]:
        """Those that take a push, which needs no more than its right: a push makes them."""
        there = await self.opened.pusher.repositories()
        return there | ({REPOSITORY} if await self.opened.pusher.takes(REPOSITORY) else set())


class TestRegistryWithPassword(TestOpenRegistry):
    mode = Mode.BASIC


class TestRegistryWithTokens(TestOpenRegistry):
    mode = Mode.BEARER


class TestEncryptedRegistryWithTokens(TestOpenRegistry):
    mode = Mode.BEARER
    tls = True


@pytest.fixture
async def opened(opener: Registries) -> Setup:
    return await opener.open()


def _image(opened: Setup, rest: str) -> str:
    return f"{opened.server.host}/{rest}"


async def test_a_tag_that_moved_has_the_digest_it_has_now(opened: Setup) -> None:
    registry = opened.adapter()
    image = _image(opened, "acme/hello:1")
    before = await opened.pusher.image("acme/hello", "1", b"before")
    assert await registry.digest(image) == before
    after = await opened.pusher.image("acme/hello", "1", b"after")
    assert before != after
    assert await registry.digest(image) == after


@pytest.mark.parametrize("kind", [INDEX, DOCKER_LIST])
async def test_an_image_of_several_platforms_has_the_digest_of_its_index(
    opened: Setup, kind: str
) -> None:
    pushed = await opened.pusher.index("hello", "1", b"for amd64", b"for arm64", kind=kind)
    assert await opened.adapter().digest(_image(opened, "hello:1")) == pushed


async def test_an_image_in_dockers_own_format_has_its_digest(opened: Setup) -> None:
    pushed = await opened.pusher.image("hello", "1", b"content", DOCKER_MANIFEST)
    assert await opened.adapter().digest(_image(opened, "hello:1")) == pushed


async def test_repositories_may_lie_deep(opened: Setup) -> None:
    registry = opened.adapter()
    deep = "a/b-c/d.e/f_g/h__i/lambda/acme-hello-0a1b2c3d"
    pushed = await opened.pusher.image(deep, "A-1_b.2", b"deep")
    assert await registry.digest(_image(opened, f"{deep}:A-1_b.2")) == pushed
    assert await registry.digest(_image(opened, "a/b-c:A-1_b.2")) is None


async def test_an_image_named_by_digest_is_looked_for_by_it(opened: Setup) -> None:
    registry = opened.adapter()
    first = await opened.pusher.image("hello", "1", b"first")
    await opened.pusher.image("hello", "1", b"second")
    missing = f"sha256:{hashlib.sha256(b'nothing').hexdigest()}"
    assert await registry.digest(_image(opened, f"hello:1@{first}")) == first
    assert await registry.digest(_image(opened, f"hello@{missing}")) is None


async def test_an_image_without_a_tag_is_the_latest(opened: Setup) -> None:
    latest = await opened.pusher.image("hello", "latest", b"latest")
    assert await opened.adapter().digest(_image(opened, "hello")) == latest


async def test_each_repository_has_a_token_of_its_own_that_is_used_until_it_expires(
    opener: Registries,
) -> None:
    opened = await opener.open(Mode.BEARER)
    for repository in ("one", "two"):
        await opened.pusher.image(repository, "1", b"content")
    now = 0.0
    registry = opened.adapter(clock=lambda: now)
    for repository in ("one", "two", "one", "two"):
        assert await registry.digest(_image(opened, f"{repository}:1"))
    assert [query["scope"] for query, _ in opened.tokens.asked] == [
        "repository:one:pull",
        "repository:two:pull",
    ]
    now = opened.tokens.lifetime * 0.9
    assert await registry.digest(_image(opened, "one:1"))
    assert [query["scope"] for query, _ in opened.tokens.asked][2:] == ["repository:one:pull"]


async def test_who_has_no_credential_may_read_what_a_token_server_gives_to_strangers(
    opener: Registries,
) -> None:
    opened = await opener.open(Mode.BEARER)
    opened.tokens.strangers = True
    pushed = await opened.pusher.image("hello", "1", b"content")
    assert await opened.adapter(known=None).digest(_image(opened, "hello:1")) == pushed
    assert [shown for _, shown in opened.tokens.asked] == [None]
