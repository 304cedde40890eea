"""Records in memory, plain and subject to faults, keep the laws of the port."""

import pytest
from contracts.records import RecordsContract

from knative_lambda.adapters.memory.faults import Faults, with_faults
from knative_lambda.adapters.memory.records import MemoryRecords
from knative_lambda.adapters.prometheus.calls import measured
from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
from knative_lambda.domain import names
from knative_lambda.domain.record import Record
from knative_lambda.ports import record_form
from knative_lambda.ports.records import Records


class TestMemoryRecords(RecordsContract):
    @pytest.fixture
    def records(self) -> Records:
        return self.made()

    def made(self) -> MemoryRecords:
        self.memory = MemoryRecords()
        self.planted = 0
        return self.memory

    async def stored(self) -> list[Record]:
        return [record_form.load(text) for text, _ in self.memory._stored.values()]

    async def plant(self, record: Record) -> None:
        self.planted += 1
        stored = (record_form.dump(record), f"planted-{self.planted}")
        self.memory._stored[names.slug(record.function)] = stored


class TestRecordsWithoutFaults(TestMemoryRecords):
    @pytest.fixture
    def records(self) -> Records:
        return with_faults("records", self.made(), Faults())


class TestRecordsMeasured(TestMemoryRecords):
    @pytest.fixture
    def records(self) -> Records:
        return measured("records", self.made(), PrometheusMetrics())
