"""A credential is shown to its registry, and to a token server that may see it; to nobody else."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from support.certificates import Certificates
from support.registry import BASIC
from support.registry_script import DIGEST, FOUND, TOKEN, guarded
from support.registry_setup import KNOWN, asking_of, log_in, scripted

from knative_lambda.domain.errors import SetupError


@pytest.mark.parametrize(
    "realm",
    [
        "http://localhost:{port}/token",
        "http://somebody@127.0.0.1:{port}/token",
        "//127.0.0.1:{port}/token",
        "ftp://127.0.0.1:{port}/token",
        "https:///token",
        "http://127.0.0.1:port/token",
        "",
    ],
)
async def test_a_token_server_that_others_can_overhear_is_not_asked(
    stack: AsyncExitStack, tmp_path: Path, realm: str
) -> None:
    recorder = await scripted(stack, TOKEN)
    challenge = f'Bearer realm="{realm.format(port=recorder.port)}",service="s"'
    hostile = await scripted(stack, guarded(challenge, "never", FOUND))
    with pytest.raises(SetupError, match="must be https, or on the registry's own host"):
        await asking_of(stack, tmp_path, hostile).digest(f"{hostile.host}/hello:1")
    assert recorder.seen == []
    assert [seen.shown for seen in hostile.seen] == [None]


async def test_what_is_encrypted_so_far_stays_so(
    stack: AsyncExitStack, tmp_path: Path, signers: Certificates
) -> None:
    recorder = await scripted(stack, TOKEN)
    challenge = f'Bearer realm="{recorder.url("/token")}"'
    hostile = await scripted(stack, guarded(challenge, "never", FOUND), signers)
    with pytest.raises(SetupError, match="must be https"):
        await asking_of(stack, tmp_path, hostile).digest(f"{hostile.host}/hello:1")
    assert recorder.seen == []


async def test_an_encrypted_token_server_may_be_elsewhere(
    stack: AsyncExitStack, tmp_path: Path, signers: Certificates
) -> None:
    tokens = await scripted(stack, TOKEN, signers)
    challenge = f'Bearer realm="{tokens.url("/token?a=b", "localhost")}",service="s",scope="x y"'
    registry = await scripted(stack, guarded(challenge, "Bearer t", FOUND), signers)
    assert await asking_of(stack, tmp_path, registry).digest(f"{registry.host}/hello:1") == DIGEST
    assert [seen.shown for seen in tokens.seen] == [BASIC]
    assert [seen.path for seen in tokens.seen] == [
        "/token?a=b&scope=x&scope=y&scope=repository:hello:pull&service=s"
    ]
    assert [seen.shown for seen in registry.seen] == [None, "Bearer t"]


async def test_who_is_not_asked_shows_nothing(stack: AsyncExitStack, tmp_path: Path) -> None:
    registry = await scripted(stack, FOUND)
    assert await asking_of(stack, tmp_path, registry).digest(f"{registry.host}/hello:1") == DIGEST
    assert [seen.shown for seen in registry.seen] == [None]


async def test_the_credential_of_another_registry_is_not_shown(
    stack: AsyncExitStack, tmp_path: Path
) -> None:
    registry = await scripted(stack, guarded('Basic realm="r"', BASIC, FOUND))
    asking = asking_of(stack, tmp_path, registry)
    log_in(tmp_path / "config.json", "127.0.0.1", KNOWN)
    with pytest.raises(SetupError, match="lets nobody in without credentials"):
        await asking.digest(f"{registry.host}/hello:1")
    assert [seen.shown for seen in registry.seen] == [None]


async def test_an_image_of_another_registry_is_not_there_and_nobody_is_asked(
    stack: AsyncExitStack, tmp_path: Path
) -> None:
    ours, other = await scripted(stack, FOUND), await scripted(stack, FOUND)
    asking = asking_of(stack, tmp_path, ours)
    for image in (f"{other.host}/hello:1", "hello/world:1", "localhost/hello:1"):
        assert await asking.digest(image) is None
    assert (ours.seen, other.seen) == ([], [])
