"""A credential is used as long as it is taken, and its owner is told when it is not."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from support.registry import BASIC, USER, Mode
from support.registry_script import DIGEST, FOUND, TOKEN, always, guarded
from support.registry_setup import KNOWN, Registries, asking_of, log_in, scripted

from knative_lambda.adapters.oci.credentials import Credential
from knative_lambda.domain.errors import SetupError


async def test_a_password_is_shown_again_without_being_asked_for(
    stack: AsyncExitStack, tmp_path: Path
) -> None:
    registry = await scripted(stack, guarded('Basic realm="r"', BASIC, FOUND))
    asking = asking_of(stack, tmp_path, registry)
    for repository in ("one", "two"):
        assert await asking.digest(f"{registry.host}/{repository}:1") == DIGEST
    assert [seen.shown for seen in registry.seen] == [None, BASIC, BASIC]


@pytest.mark.parametrize("mode", [Mode.BASIC, Mode.BEARER])
async def test_a_wrong_password_is_told_without_saying_it(opener: Registries, mode: Mode) -> None:
    opened = await opener.open(mode)
    wrong = opened.adapter(Credential(USER, "secret!"))
    with pytest.raises(SetupError, match="see to the password") as raised:
        await wrong.digest(f"{opened.server.host}/hello:1")
    assert f"refuses the user '{USER}' (401)" in str(raised.value)
    assert "secret!" not in str(raised.value)
    assert opened.server.host in str(raised.value)


@pytest.mark.parametrize("mode", [Mode.BASIC, Mode.BEARER])
async def test_who_has_no_credential_is_told_where_to_put_it(
    opener: Registries, mode: Mode
) -> None:
    opened = await opener.open(mode)
    with pytest.raises(SetupError, match=r"put those of a user .*DOCKER_CONFIG"):
        await opened.adapter(known=None).digest(f"{opened.server.host}/hello:1")


async def test_a_right_that_is_missing_is_told(stack: AsyncExitStack, tmp_path: Path) -> None:
    registry = await scripted(stack, guarded('Basic realm="r"', BASIC, always(403)))
    with pytest.raises(SetupError, match="let this user read the repository"):
        await asking_of(stack, tmp_path, registry).digest(f"{registry.host}/hello:1")
    # Also to who was let in before.
    with pytest.raises(SetupError, match=f"refuses the user '{USER}' .403."):
        await asking_of(stack, tmp_path, registry).digest(f"{registry.host}/hello:1")


@pytest.mark.parametrize("status", [401, 403])
async def test_what_was_refused_is_not_shown_again_unless_asked_for(
    stack: AsyncExitStack, tmp_path: Path, status: int
) -> None:
    registry = await scripted(stack, guarded('Basic realm="r"', BASIC, FOUND))
    asking = asking_of(stack, tmp_path, registry)
    image = f"{registry.host}/hello:1"
    assert await asking.digest(image) == DIGEST
    registry.answer = always(status, WWW_Authenticate='Basic realm="r"')
    with pytest.raises(SetupError, match="refuses the user"):
        await asking.digest(image)
    registry.answer = FOUND
    assert await asking.digest(image) == DIGEST
    assert registry.seen[-1].shown is None


async def test_a_password_that_is_not_enough_any_more_gives_way_to_a_token(
    stack: AsyncExitStack, tmp_path: Path
) -> None:
    registry = await scripted(stack, guarded('Basic realm="r"', BASIC, FOUND))
    asking = asking_of(stack, tmp_path, registry)
    image = f"{registry.host}/hello:1"
    assert await asking.digest(image) == DIGEST
    tokens = await scripted(stack, TOKEN)
    registry.answer = guarded(f'Bearer realm="{tokens.url("/token")}"', "Bearer t", FOUND)
    for _ in range(2):
        assert await asking.digest(image) == DIGEST
    assert [seen.shown for seen in registry.seen[2:]] == [BASIC, "Bearer t", "Bearer t"]


async def test_another_way_of_proving_who_asks_is_told_to_be_none_of_ours(
    stack: AsyncExitStack, tmp_path: Path
) -> None:
    registry = await scripted(stack, guarded("Negotiate", "never", FOUND))
    with pytest.raises(SetupError, match="must offer Basic or Bearer"):
        await asking_of(stack, tmp_path, registry).digest(f"{registry.host}/hello:1")


async def test_a_new_password_counts_without_a_restart(opener: Registries, tmp_path: Path) -> None:
    opened = await opener.open(Mode.BASIC)
    image = f"{opened.server.host}/hello:1"
    registry = opened.adapter(Credential(USER, "an old one"))
    with pytest.raises(SetupError):
        await registry.digest(image)
    log_in(tmp_path / "config.json", opened.server.host, KNOWN)
    assert await registry.digest(image) is None
