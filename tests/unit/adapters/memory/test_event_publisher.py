"""The broker in memory, plain and subject to faults, keeps the laws of a publisher."""

from collections.abc import Sequence

import pytest
from contracts.event_publisher import EventPublisherContract
from support.world import Clock

from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.adapters.memory.faults import Fault, Faults, Kind, with_faults
from knative_lambda.adapters.prometheus.calls import measured
from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
from knative_lambda.ports.event_publisher import EventPublisher
from knative_lambda.ports.event_source import Message


class TestMemoryBroker(EventPublisherContract):
    @pytest.fixture
    def publisher(self) -> EventPublisher:
        return self.broker

    @pytest.fixture
    def refused(self) -> EventPublisher:
        faults = Faults([Fault("publisher.publish", 1, Kind.FAIL)])
        return with_faults("publisher", self.broker, faults)

    @pytest.fixture(autouse=True)
    def _listen(self) -> None:
        self.heard: list[Message] = []
        self.broker = MemoryBroker(Clock(), listeners=[self.heard.append])

    async def arrived(self) -> Sequence[Message]:
        return list(self.heard)


class TestPublisherWithoutFaults(TestMemoryBroker):
    @pytest.fixture
    def publisher(self) -> EventPublisher:
        return with_faults("publisher", self.broker, Faults())


class TestPublisherMeasured(TestMemoryBroker):
    @pytest.fixture
    def publisher(self) -> EventPublisher:
        return measured("publisher", self.broker, PrometheusMetrics())
