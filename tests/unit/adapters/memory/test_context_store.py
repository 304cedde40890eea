"""Contexts in memory, plain and subject to faults, keep the laws of the port."""

import pytest
from contracts.context_store import ContextStoreContract
from support.world import Clock

from knative_lambda.adapters.memory.context_store import MemoryContextStore
from knative_lambda.adapters.memory.faults import Faults, with_faults
from knative_lambda.adapters.prometheus.calls import measured
from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
from knative_lambda.ports.context_store import ContextStore


class TestMemoryContextStore(ContextStoreContract):
    @pytest.fixture
    def store(self) -> ContextStore:
        return self.made()

    def made(self) -> MemoryContextStore:
        self.clock = Clock()
        self.memory = MemoryContextStore(self.clock)
        return self.memory

    async def download(self, url: str) -> bytes:
        return self.memory.read(url)

    async def send(self, url: str, content: bytes) -> None:
        self.memory.send(url, content)

    async def stored(self) -> dict[str, bytes]:
        return {key: content for key, (content, _) in self.memory._stored.items()}

    async def plant(self, key: str, content: bytes) -> None:
        self.memory._stored[key] = (content, self.clock())

    def now(self) -> int:
        return self.clock()


class TestContextStoreWithoutFaults(TestMemoryContextStore):
    @pytest.fixture
    def store(self) -> ContextStore:
        return with_faults("contexts", self.made(), Faults())


class TestContextStoreMeasured(TestMemoryContextStore):
    @pytest.fixture
    def store(self) -> ContextStore:
        return measured("contexts", self.made(), PrometheusMetrics())
