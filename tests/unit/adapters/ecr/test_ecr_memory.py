"""What is remembered of ECR is bounded."""

from typing import Any

import attrs

from knative_lambda.adapters.ecr.address import EcrAddress
from knative_lambda.adapters.ecr.image_registry import MOST, EcrImageRegistry

ADDRESS = EcrAddress.of("123456789012.dkr.ecr.eu-west-3.amazonaws.com")


@attrs.define(eq=False)
class FullEcr:
    """Has every repository, and notes which it was told to make."""

    asked: list[str] = attrs.field(factory=list)

    async def create(self, repository: str) -> bool:
        self.asked.append(repository)
        return False


@attrs.define(eq=False)
class RegistryOfFullEcr(EcrImageRegistry):
    """Asks that one."""

    ecr: FullEcr = attrs.field(factory=FullEcr)

    async def client(self) -> Any:
        return self.ecr


async def test_the_oldest_repository_is_forgotten_when_there_are_too_many() -> None:
    registry = RegistryOfFullEcr(ADDRESS)
    for number in range(MOST + 1):
        await registry.ensure(f"r{number}")
    registry.ecr.asked.clear()
    for number in (MOST, 1, 0):
        await registry.ensure(f"r{number}")
    assert registry.ecr.asked == ["r0"]
