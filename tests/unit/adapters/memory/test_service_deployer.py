"""The deployer in memory, plain and subject to faults, keeps the laws of the port."""

from collections.abc import Mapping

import pytest
from contracts.service_deployer import (
    FIRST,
    NAME,
    Attributes,
    ServiceDeployerContract,
    trigger,
)

from knative_lambda.adapters.memory.faults import Faults, with_faults
from knative_lambda.adapters.memory.service_deployer import MemoryServiceDeployer
from knative_lambda.adapters.prometheus.calls import measured
from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
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

    async def triggers(self) -> Mapping[str, Attributes]:
        return {
            name: attributes
            for bound in self.memory._triggers.values()
            for name, (attributes, _) in bound.items()
        }

    async def test_the_triggers_of_a_service_are_told_by_its_name(self) -> None:
        deployer, spec = self.made(), self.spec(1, FIRST)
        await deployer.bind(spec, await deployer.create(spec))
        assert deployer.triggers(NAME) == {trigger(FIRST): FIRST}
        assert deployer.triggers("another") == {}


class TestDeployerWithoutFaults(TestMemoryServiceDeployer):
    @pytest.fixture
    def deployer(self) -> ServiceDeployer:
        return with_faults("deployer", self.made(), Faults())


class TestDeployerMeasured(TestMemoryServiceDeployer):
    @pytest.fixture
    def deployer(self) -> ServiceDeployer:
        return measured("deployer", self.made(), PrometheusMetrics())
