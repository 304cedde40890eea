"""The fetcher in memory, plain and subject to faults, keeps the laws of the port."""

import pytest
from contracts.source_fetcher import FILES, SourceFetcherContract, content, request

from knative_lambda.adapters.memory.faults import Faults, with_faults
from knative_lambda.adapters.memory.source_fetcher import MemorySourceFetcher
from knative_lambda.adapters.prometheus.calls import measured
from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
from knative_lambda.ports.source_fetcher import SourceFetcher

THERE, MISSING = "https://code.test/there", "https://code.test/missing"


class TestMemorySourceFetcher(SourceFetcherContract):
    @pytest.fixture
    def fetcher(self) -> SourceFetcher:
        return MemorySourceFetcher({THERE: FILES, MISSING: None})

    @pytest.fixture
    def there(self) -> str:
        return THERE

    @pytest.fixture
    def missing(self) -> str:
        return MISSING


class TestFetcherWithoutFaults(TestMemorySourceFetcher):
    @pytest.fixture
    def fetcher(self) -> SourceFetcher:
        inner: SourceFetcher = MemorySourceFetcher({THERE: FILES, MISSING: None})
        return with_faults("fetcher", inner, Faults())


class TestFetcherMeasured(TestMemorySourceFetcher):
    @pytest.fixture
    def fetcher(self) -> SourceFetcher:
        inner: SourceFetcher = MemorySourceFetcher({THERE: FILES, MISSING: None})
        return measured("sources", inner, PrometheusMetrics())


async def test_any_other_source_is_a_small_function() -> None:
    async with MemorySourceFetcher().fetch(request("https://code.test/any")) as tree:
        assert list(content(tree.directory)) == ["index.js"]
