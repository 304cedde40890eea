"""A port whose calls are measured is the same port, and each call is told."""

import asyncio
import inspect
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import attrs
import pytest
from contracts.source_fetcher import request
from support.metrics_page import Page
from support.world import Sources

from knative_lambda.adapters.prometheus.calls import measured
from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
from knative_lambda.adapters.prometheus.packer import WeighedContexts
from knative_lambda.adapters.prometheus.table import CALLS
from knative_lambda.domain.errors import (
    ConflictError,
    OverLimitError,
    PermanentError,
    SetupError,
    SourceRefusedError,
    TransientError,
)
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.request import BuildRequest
from knative_lambda.ports.context_packer import ContextPacker
from knative_lambda.ports.context_store import ContextStore
from knative_lambda.ports.event_publisher import EventPublisher
from knative_lambda.ports.event_source import EventSource
from knative_lambda.ports.image_assembler import CannotAppendError, ImageAssembler
from knative_lambda.ports.image_registry import ImageRegistry
from knative_lambda.ports.job_runner import JobRunner
from knative_lambda.ports.records import Records
from knative_lambda.ports.service_deployer import ServiceDeployer
from knative_lambda.ports.source_fetcher import SourceFetcher, SourceTree

PORTS: dict[str, type] = {
    "sources": SourceFetcher,
    "packer": ContextPacker,
    "contexts": ContextStore,
    "registry": ImageRegistry,
    "assembler": ImageAssembler,
    "runner": JobRunner,
    "records": Records,
    "deployer": ServiceDeployer,
    "publisher": EventPublisher,
    "source": EventSource,
}
REQUEST = request("https://code.test/a")
ERRORS = {
    "transient": TransientError("away"),
    "permanent": PermanentError(Rejection.FORBIDDEN, "never"),
    "setup": SetupError("mend it"),
    "conflict": ConflictError("another one"),
    "over_limit": OverLimitError("full"),
    "source_refused": SourceRefusedError(Reason.SOURCE_NOT_FOUND, "nothing there"),
    "cannot_append": CannotAppendError("no base"),
    "bug": KeyError("a bug"),
}


@attrs.frozen
class Failing(SourceFetcher, ImageRegistry):
    """Raises whatever it is told to."""

    error: BaseException

    async def ensure(self, repository: str) -> None:  # noqa: ARG002 - it fails before
        raise self.error

    async def digest(self, image: str) -> str | None:  # noqa: ARG002 - it fails before
        raise self.error

    def fetch(self, request: BuildRequest) -> AbstractAsyncContextManager[SourceTree]:
        return self._fetch(request)

    @asynccontextmanager
    async def _fetch(self, request: BuildRequest) -> AsyncIterator[SourceTree]:
        if "broken" in request.source_url:
            raise self.error
        yield SourceTree(Path("/nowhere"))


@pytest.fixture
def metrics() -> PrometheusMetrics:
    return PrometheusMetrics()


def page(metrics: PrometheusMetrics) -> Page:
    return Page(metrics.text()[0].decode())


@pytest.mark.parametrize("name", CALLS)
def test_the_table_has_every_call_that_a_port_makes_to_the_world(name: str) -> None:
    functions = inspect.getmembers(PORTS[name], inspect.isfunction)
    calls = {method for method, _ in functions if not method.startswith("_")}

    assert set(CALLS) == set(PORTS)
    # Deliveries come when they come.
    assert set(CALLS[name]) == calls - {"deliveries"}


@pytest.mark.parametrize("label", ERRORS)
async def test_a_call_that_fails_is_counted_by_what_its_error_says_to_do(
    metrics: PrometheusMetrics, label: str
) -> None:
    registry = measured("registry", Failing(ERRORS[label]), metrics)
    with pytest.raises(type(ERRORS[label])):
        await registry.ensure("lambda/a")
    found = page(metrics)

    assert found.value("klb_call_failures_total", call="registry.ensure", error=label) == 1
    assert found.total("klb_call_failures_total") == 1
    assert found.value("klb_call_seconds_count", call="registry.ensure") == 1


async def test_a_call_that_is_cancelled_has_not_failed(metrics: PrometheusMetrics) -> None:
    registry = measured("registry", Failing(asyncio.CancelledError()), metrics)
    with pytest.raises(asyncio.CancelledError):
        await registry.ensure("lambda/a")

    assert page(metrics).total("klb_call_failures_total") == 0


async def test_a_source_is_measured_until_it_is_there(metrics: PrometheusMetrics) -> None:
    sources = measured("sources", Failing(KeyError("a bug")), metrics)
    async with sources.fetch(REQUEST):
        assert page(metrics).value("klb_call_seconds_count", call="sources.fetch") == 1
    with pytest.raises(ValueError, match="of ours"):
        async with sources.fetch(REQUEST):
            raise ValueError("of ours")
    assert page(metrics).total("klb_call_failures_total") == 0
    with pytest.raises(KeyError):
        async with sources.fetch(attrs.evolve(REQUEST, source_url="https://code.test/broken")):
            pass
    found = page(metrics)

    assert found.value("klb_call_failures_total", call="sources.fetch", error="bug") == 1
    assert found.value("klb_call_seconds_count", call="sources.fetch") == 3


async def test_what_is_no_call_is_the_adapters_own(metrics: PrometheusMetrics) -> None:
    inner = Failing(KeyError("a bug"))
    assert measured("registry", inner, metrics).error is inner.error


async def test_a_context_is_weighed_when_it_was_read_to_its_end(metrics: PrometheusMetrics) -> None:
    packer = WeighedContexts(Sources({REQUEST.source_url: "x" * 2000}), metrics)
    packed = await packer.pack(Path("/nowhere"), REQUEST)
    assert page(metrics).value("klb_context_bytes_count") == 0
    assert b"".join(packed.pieces()) == b"x" * 2000
    found = page(metrics)

    assert found.value("klb_context_bytes_sum") == 2000
    assert found.value("klb_context_bytes_bucket", le="1000.0") == 0
    assert found.value("klb_context_bytes_bucket", le="5000.0") == 1
