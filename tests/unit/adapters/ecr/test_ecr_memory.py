"""What is remembered of ECR is bounded."""

import attrs

from knative_lambda.adapters.ecr.address import EcrAddress
from knative_lambda.adapters.ecr.client import EcrClient
from knative_lambda.adapters.ecr.image_registry import MOST, EcrImageRegistry

ADDRESS = EcrAddress.of("123456789012.dkr.ecr.eu-west-3.amazonaws.com")


@attrs.define(eq=False)
class FullEcr(EcrClient):
    """Has every repository, and counts who asks."""

    asked: list[str] = attrs.field(factory=list)

    async def create(self, repository: str) -> bool:
        self.asked.append(repository)
        return False


async def test_the_oldest_repository_is_forgotten_when_there_are_too_many() -> None:
    client = FullEcr(ADDRESS)
    registry = EcrImageRegistry(client)
    for number in range(MOST + 1):
        await registry.ensure(f"r{number}")
    client.asked.clear()
    for number in (MOST, 1, 0):
        await registry.ensure(f"r{number}")
    assert client.asked == ["r0"]
