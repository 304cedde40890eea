"""The registry in memory, plain and subject to faults, keeps the laws of the port."""

import hashlib

import pytest
from contracts.image_registry import ImageRegistryContract

from knative_lambda.adapters.memory.faults import Faults, with_faults
from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.adapters.prometheus.calls import measured
from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
from knative_lambda.ports.image_registry import ImageRegistry


class TestMemoryImageRegistry(ImageRegistryContract):
    @pytest.fixture
    def registry(self) -> ImageRegistry:
        return self.made()

    def made(self) -> MemoryImageRegistry:
        self.memory = MemoryImageRegistry()
        return self.memory

    async def push(self, image: str, content: bytes) -> str:
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        self.memory.push(image, digest)
        return digest

    async def repositories(self) -> set[str]:
        return self.memory.repositories


class TestRegistryWithoutFaults(TestMemoryImageRegistry):
    @pytest.fixture
    def registry(self) -> ImageRegistry:
        return with_faults("registry", self.made(), Faults())


class TestRegistryMeasured(TestMemoryImageRegistry):
    @pytest.fixture
    def registry(self) -> ImageRegistry:
        return measured("registry", self.made(), PrometheusMetrics())
