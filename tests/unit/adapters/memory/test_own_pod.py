"""The pod in memory keeps the laws of its port."""

import pytest
from contracts.own_pod import OwnPodContract
from support.pods import building

from knative_lambda.adapters.memory.own_pod import MemoryPod
from knative_lambda.domain.pod import ContainerStatus
from knative_lambda.ports.own_pod import OwnPod


class TestMemoryPod(OwnPodContract):
    @pytest.fixture
    def pod(self) -> OwnPod:
        self.memory = MemoryPod(building())
        return self.memory

    async def show(self, kaniko: ContainerStatus, *, deleting: bool = False) -> None:
        self.memory.show(building(kaniko, deleting=deleting))

    async def remove(self) -> None:
        self.memory.show(None)

    async def end_watches(self) -> None:
        self.memory.end_watches()

    async def write(self, data: bytes) -> None:
        self.memory.write(data)

    async def end_log(self) -> None:
        self.memory.end_log()
