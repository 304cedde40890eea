"""Triggers in memory keep the laws of `TriggerSight`."""

import pytest
from contracts.trigger_sight import TriggerSightContract

from knative_lambda.adapters.memory.service_deployer import MemoryServiceDeployer
from knative_lambda.adapters.memory.trigger_sight import MemoryTriggerSight


class TestMemoryTriggerSight(TriggerSightContract):
    @pytest.fixture
    def deployer(self) -> MemoryServiceDeployer:
        return MemoryServiceDeployer()

    @pytest.fixture
    def sight(self, deployer: MemoryServiceDeployer) -> MemoryTriggerSight:
        return MemoryTriggerSight(deployer)
