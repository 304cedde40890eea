"""ECR's token is got once for all who ask at once, and used until shortly before its end."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from knative_lambda.adapters.ecr.credential import EcrCredential
from knative_lambda.adapters.ecr.token import Token
from knative_lambda.adapters.oci.credentials import Credential
from knative_lambda.domain.errors import TransientError

BEGIN = datetime(2026, 11, 29, tzinfo=UTC)


@attrs.define(eq=False)
class Ecr:
    """Gives tokens for half a day, each another, unless it fails."""

    now: datetime = BEGIN
    given: int = 0
    failing: bool = False

    async def client(self) -> Any:
        return self

    async def token(self) -> Token:
        await asyncio.sleep(0)
        if self.failing:
            raise TransientError("ecr")
        self.given += 1
        return Token("AWS", f"secret-{self.given}", self.now + timedelta(hours=12))


@pytest.fixture
def ecr() -> Ecr:
    return Ecr()


@pytest.fixture
def credential(ecr: Ecr) -> EcrCredential:
    return EcrCredential(ecr.client, lambda: ecr.now)


async def test_a_token_is_used_until_shortly_before_its_end(
    ecr: Ecr, credential: EcrCredential
) -> None:
    found = await credential.find()
    assert (found.user, found.password) == ("AWS", "secret-1")
    assert found.lifetime == timedelta(hours=11, minutes=45).total_seconds()
    ecr.now += timedelta(seconds=30)
    assert (await credential.find()).lifetime == found.lifetime - 30


async def test_who_ask_at_once_get_one(ecr: Ecr, credential: EcrCredential) -> None:
    found = await asyncio.gather(*[credential.find() for _ in range(10)])
    assert {one.password for one in found} == {"secret-1"}
    assert ecr.given == 1


async def test_who_asks_again_gets_another(ecr: Ecr, credential: EcrCredential) -> None:
    await credential.find()
    ecr.now += timedelta(minutes=1)
    assert (await credential.find()).password == "secret-2"  # noqa: S105 - opens nothing


async def test_a_failure_is_not_kept(ecr: Ecr, credential: EcrCredential) -> None:
    ecr.failing = True
    with pytest.raises(TransientError):
        await credential.find()
    ecr.failing = False
    assert isinstance(await credential.find(), Credential)


async def test_a_token_is_not_told(ecr: Ecr, credential: EcrCredential) -> None:
    for told in (await credential.find(), await ecr.token(), credential):
        assert "secret" not in repr(told)


def test_a_refusal_is_mended_by_a_permission(credential: EcrCredential) -> None:
    assert "ecr:PutImage" in credential.advice("AWS", writing=True)
    reading = credential.advice("AWS", writing=False)
    assert "ecr:BatchGetImage" in reading
    assert "ecr:PutImage" not in reading
