"""The deployer in memory, plain and subject to faults, keeps the laws of the port."""

from collections.abc import Mapping

import pytest
from contracts.service_deployer import Attributes, ServiceDeployerContract

from knative_lambda.adapters.memory.faults import Faults, with_faults
from knative_lambda.adapters.memory.service_deployer import MemoryServiceDeployer
from knative_lambda.ports.service_deployer import ServiceDeployer


class TestMemoryServiceDeployer(ServiceDeployerContract):
    @pytest.fixture
    def deployer(self) -> ServiceDeployer:
        return self.made()

    def made(self) -> MemoryServiceDeployer:
        self.memory = MemoryServiceDeployer()
        return self.memory

    async def plant(self, name: str) -> None:
        self.memory.plant(name)

    async def image(self, name: str) -> str | None:
        spec = self.memory.specs.get(name)
        return spec.image if spec is not None else None

    async def triggers(self, name: str) -> Mapping[str, Attributes]:
        return self.memory.triggers(name)


class TestDeployerWithoutFaults(TestMemoryServiceDeployer):
    @pytest.fixture
    def deployer(self) -> ServiceDeployer:
        return with_faults("deployer", self.made(), Faults())
