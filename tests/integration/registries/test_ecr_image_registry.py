"""The adapter for ECR keeps the laws of the port, and asks for no more than it needs."""

import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from contracts.image_registry import REPOSITORY, ImageRegistryContract
from support.ecr_push import HOST, push
from support.moto import Moto
from support.registry_push import INDEX, MANIFEST

from knative_lambda.adapters.ecr.address import EcrAddress
from knative_lambda.adapters.ecr.image_registry import EcrImageRegistry
from knative_lambda.domain.image_name import ImageName

if TYPE_CHECKING:
    from types_aiobotocore_ecr.client import ECRClient


@pytest.fixture
async def registry(aws: Moto) -> AsyncIterator[EcrImageRegistry]:  # noqa: ARG001 - it finds it by the variables
    async for made in _made(HOST):
        yield made


async def _made(registry: str) -> AsyncIterator[EcrImageRegistry]:
    made = EcrImageRegistry(EcrAddress.of(registry))
    yield made
    await made.close()


class TestEcrImageRegistry(ImageRegistryContract):
    host = HOST

    @pytest.fixture
    async def registry(self, ecr: "ECRClient") -> AsyncIterator[EcrImageRegistry]:
        self.ecr = ecr
        async for made in _made(self.host):
            yield made

    async def push(self, image: str, content: bytes) -> str:
        name = ImageName.parse(image)
        return await push(self.ecr, name.repository, name.tag, content, MANIFEST)

    async def repositories(self) -> set[str]:
        found = await self.ecr.describe_repositories()
        path = self.host.partition("/")[2]
        return {one["repositoryName"].removeprefix(f"{path}/") for one in found["repositories"]}


class TestPathInEcr(TestEcrImageRegistry):
    host = f"{HOST}/teams/acme"

    async def test_all_lies_below_the_path(self, registry: EcrImageRegistry) -> None:
        await registry.ensure(REPOSITORY)
        found = await self.ecr.describe_repositories()
        assert [one["repositoryName"] for one in found["repositories"]] == [
            f"teams/acme/{REPOSITORY}"
        ]


async def test_a_new_repository_scans_keeps_its_tags_and_expires_what_has_none(
    registry: EcrImageRegistry, ecr: "ECRClient"
) -> None:
    await registry.ensure(REPOSITORY)
    found = await ecr.describe_repositories(repositoryNames=[REPOSITORY])
    made = found["repositories"][0]
    assert made["imageScanningConfiguration"] == {"scanOnPush": True}
    assert made["imageTagMutability"] == "IMMUTABLE"
    policy = await ecr.get_lifecycle_policy(repositoryName=REPOSITORY)
    rules = json.loads(policy["lifecyclePolicyText"])["rules"]
    assert [rule["selection"]["tagStatus"] for rule in rules] == ["untagged"]


async def test_a_repository_that_others_made_is_left_as_it_is(
    registry: EcrImageRegistry, ecr: "ECRClient"
) -> None:
    await ecr.create_repository(repositoryName=REPOSITORY, imageTagMutability="MUTABLE")
    await registry.ensure(REPOSITORY)
    found = await ecr.describe_repositories(repositoryNames=[REPOSITORY])
    assert found["repositories"][0]["imageTagMutability"] == "MUTABLE"
    with pytest.raises(ClientError, match="LifecyclePolicyNotFound"):
        await ecr.get_lifecycle_policy(repositoryName=REPOSITORY)


async def test_a_repository_that_was_removed_is_made_again(
    registry: EcrImageRegistry, ecr: "ECRClient"
) -> None:
    await registry.ensure(REPOSITORY)
    await ecr.delete_repository(repositoryName=REPOSITORY)
    assert await registry.digest(f"{HOST}/{REPOSITORY}:one") is None
    await registry.ensure(REPOSITORY)
    found = await ecr.describe_repositories()
    assert [one["repositoryName"] for one in found["repositories"]] == [REPOSITORY]


async def test_an_image_of_several_platforms_has_the_digest_of_its_index(
    registry: EcrImageRegistry, ecr: "ECRClient"
) -> None:
    await registry.ensure(REPOSITORY)
    pushed = await push(ecr, REPOSITORY, "one", b"index", INDEX)
    assert await registry.digest(f"{HOST}/{REPOSITORY}:one") == pushed


async def test_an_image_named_by_digest_is_looked_for_by_it(
    registry: EcrImageRegistry, ecr: "ECRClient"
) -> None:
    await registry.ensure(REPOSITORY)
    pushed = await push(ecr, REPOSITORY, "one", b"one", MANIFEST)
    assert await registry.digest(f"{HOST}/{REPOSITORY}@{pushed}") == pushed
    missing = f"sha256:{'0' * 64}"
    assert await registry.digest(f"{HOST}/{REPOSITORY}:one@{missing}") is None


async def test_an_image_of_another_registry_is_not_there(
    registry: EcrImageRegistry, ecr: "ECRClient"
) -> None:
    await registry.ensure(REPOSITORY)
    await push(ecr, REPOSITORY, "one", b"one", MANIFEST)
    elsewhere = HOST.replace("eu-west-3", "eu-west-1")
    assert await registry.digest(f"{elsewhere}/{REPOSITORY}:one") is None
