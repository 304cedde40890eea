"""A trace that comes by HTTP goes on by HTTP; a collector that is away holds nothing up."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from contracts.contract import eventually
from support.collector import Collector, collector
from support.recipient import Recipient
from support.tcp_proxy import free_port
from support.wired import start_event

from knative_lambda.adapters.http.events import event_routes
from knative_lambda.adapters.http.server import HttpServer
from knative_lambda.entrypoints.process import process
from knative_lambda.ports import wire
from knative_lambda.settings import from_env

TRACE, PRODUCER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
IN_MEMORY = ("CONTEXT_STORE", "IMAGE_REGISTRY", "JOB_RUNNER", "SERVICE_DEPLOYER", "SOURCE_FETCHER")


@asynccontextmanager
async def served(sink: Recipient, collected_by: str) -> AsyncIterator[str]:
    """The service over HTTP, which publishes to *sink*; where it takes events."""
    async with HttpServer(0, event_routes(sink, sink)) as broker:
        variables = {f"KLB_{name}": "memory" for name in IN_MEMORY} | {
            "KLB_EVENT_SOURCE": "memory",
            "KLB_EVENT_PUBLISHER": "http",
            "K_SINK": f"http://127.0.0.1:{broker.port}/",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collected_by,
        }
        async with process(from_env(variables)) as service:
            routes = event_routes(service.receiver(), service.letters())
            async with HttpServer(0, routes) as server:
                yield f"http://127.0.0.1:{server.port}/"


async def send_start(url: str) -> None:
    """A `build.start` of a producer that is traced: in binary mode, its trace in a header."""
    event = start_event("1", "https://code.test/a")
    data = json.dumps(event.pop("data"))
    headers = {f"ce-{name}": str(value) for name, value in event.items()}
    headers |= {
        "Content-Type": "application/json",
        "traceparent": f"00-{TRACE}-{PRODUCER}-01",
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=data, headers=headers) as answer,
    ):
        assert answer.status == 202


@pytest.fixture
async def traces(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Collector]:
    """Where traces are sent."""
    async with collector() as one:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", one.url)
        yield one


async def test_an_event_that_came_over_http_leads_to_events_of_the_same_trace(
    traces: Collector,
) -> None:
    sink = Recipient()
    async with served(sink, traces.url) as url:
        await send_start(url)
        await sink.came.wait()
        started = wire.decode(sink.messages[0])

    spans = traces.of_trace(TRACE)  # all were sent at the latest when the service ended
    (handling,) = (span for span in spans.values() if span.name == "process build.start")
    assert handling.parent == PRODUCER
    assert started.traceparent is not None
    _, trace, said_by, _ = started.traceparent.split("-")
    assert trace == TRACE
    assert spans[said_by].name == "publisher.publish"
    assert spans[said_by].parent == handling.id


@pytest.mark.parametrize("away", ["nobody listens", "it answers 503"])
async def test_a_collector_that_is_away_holds_nothing_up(
    away: str, traces: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    traces.status = 503
    if away == "nobody listens":
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{free_port()}")
    sink = Recipient()

    async def has_come() -> bool:
        return bool(sink.messages)

    async with served(sink, "http://127.0.0.1") as url:
        await send_start(url)
        await eventually(has_come)


@pytest.mark.parametrize("command", ["consume", "serve", "sidecar_process"])
def test_without_a_collector_nothing_of_opentelemetry_is_imported(command: str) -> None:
    wired = "from knative_lambda.entrypoints.container import Container; " * (
        command != "sidecar_process"
    )
    built = "Container(settings=Settings(**memory)).handler(); " * (command != "sidecar_process")
    code = (
        f"import sys; import knative_lambda.entrypoints.{command}; {wired}"
        "from knative_lambda.settings import Settings; "
        "memory = dict.fromkeys(('event_source', 'event_publisher', 'context_store', "
        "'image_registry', 'job_runner', 'service_deployer', 'source_fetcher'), 'memory'); "
        f"{built}print('opentelemetry' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
