"""A real registry takes what is pushed, and gives it to whoever asks in another way."""

from contextlib import AsyncExitStack

import pytest
from support.breaking_proxy import breaking_proxy
from support.pushing_setup import Waits, blob, client_of, manifest, noise
from support.registry import Mode
from support.registry_push import INDEX, MANIFEST
from support.registry_setup import Registries, Setup

from knative_lambda.adapters.oci.repository import Blob, Manifest, Repository
from knative_lambda.adapters.oci.uploads import CHUNK

CONFIG, LAYER = blob(b"{}"), blob(noise(CHUNK + 1000))


@pytest.fixture(params=Mode, ids=lambda mode: mode.name)
async def setup(opener: Registries, request: pytest.FixtureRequest) -> Setup:
    return await opener.open(request.param)


@pytest.fixture
def repository(setup: Setup) -> Repository:
    return Repository(setup.adapter().client, "lambda/hello", Waits().retries)


def image() -> Manifest:
    """One of those blobs."""
    kind = "application/vnd.oci.image"
    return manifest(
        config={**described(CONFIG), "mediaType": f"{kind}.config.v1+json"},
        layers=[{**described(LAYER), "mediaType": f"{kind}.layer.v1.tar"}],
    )


def described(one: Blob) -> dict[str, object]:
    return {"digest": one.digest, "size": one.size}


async def _pushed(repository: Repository) -> None:
    for each in (CONFIG, LAYER):
        assert await repository.send(each) == each.size
    assert await repository.tag(image(), "1") == image().digest


async def test_what_is_pushed_is_there(repository: Repository, setup: Setup) -> None:
    assert await repository.manifest("1") is None
    assert not await repository.has(LAYER.digest)
    await _pushed(repository)
    assert await repository.send(LAYER) == 0
    assert await setup.pusher.has("lambda/hello", "1")
    assert await repository.manifest("1") == image()
    assert await repository.manifest(image().digest) == image()
    pieces = [piece async for piece in repository.fetch(LAYER.digest, LAYER.size)]
    assert b"".join(pieces) == noise(LAYER.size)
    found = await setup.adapter().digest(f"{setup.server.host}/lambda/hello:1")
    assert found == image().digest


async def test_what_another_repository_has_is_mounted(repository: Repository) -> None:
    await _pushed(repository)
    other = Repository(repository.client, "lambda/other", Waits().retries)
    assert await other.mount(LAYER.digest, "lambda/hello")
    assert await other.has(LAYER.digest)
    assert await other.send(LAYER) == 0
    assert not await other.mount(blob(b"none").digest, "lambda/hello")


async def test_what_refers_to_an_image_is_listed_by_a_tag(repository: Repository) -> None:
    await _pushed(repository)
    subject = {"mediaType": MANIFEST, "digest": image().digest, "size": len(image().body)}
    empty = {**described(CONFIG), "mediaType": "application/vnd.oci.empty.v1+json"}
    about = manifest(artifactType="a/b", config=empty, layers=[], subject=subject)
    for _ in range(2):
        assert await repository.attach(about) == about.digest
    listed = await repository.manifest(image().digest.replace(":", "-"))
    assert listed is not None
    assert listed.media_type == INDEX
    assert listed.body.count(about.digest.encode()) == 1


async def test_what_breaks_off_comes_to_a_good_end(
    opener: Registries, stack: AsyncExitStack
) -> None:
    """This registry takes no upload up again in the middle of a chunk: all is sent again."""
    setup = await opener.open()
    port = int(setup.server.host.partition(":")[2])
    limits = (CHUNK * 3 // 2, CHUNK)
    proxied, broken = await stack.enter_async_context(breaking_proxy(port, *limits))
    client = client_of(stack, f"127.0.0.1:{proxied}", setup.config)
    repository = Repository(client, "lambda/hello", Waits().retries)
    large = noise(3 * CHUNK)
    assert await repository.send(blob(large)) == len(large)
    assert len(broken) == len(limits)
    pieces = [piece async for piece in repository.fetch(blob(large).digest, len(large))]
    assert b"".join(pieces) == large
