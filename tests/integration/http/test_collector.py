"""How spans are sent: where to, with what, and what becomes of those that are not taken."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from contracts.tracing import EVENT, Echo
from support.collector import Collector as Taker
from support.collector import collector
from support.tcp_proxy import free_port

from knative_lambda.adapters.tracing.collector import Collector
from knative_lambda.adapters.tracing.open_telemetry import OpenTelemetryTracing, named_service
from knative_lambda.adapters.tracing.step import Step
from knative_lambda.domain.errors import TransientError


@pytest.fixture
async def taker(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Taker]:
    async with collector() as one:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", one.url + "/")
        yield one


async def sent() -> bool:
    """Whether the spans of one event, of which a call failed, are taken."""
    kept: list[Step] = []
    tracing = OpenTelemetryTracing(kept.append)
    with pytest.raises(TransientError), tracing.handling(EVENT):
        await tracing.over("port", Echo(), "fail").fail()
    collector = Collector.from_env(named_service("tests"))
    return await asyncio.to_thread(collector.send, kept)


async def test_all_that_a_span_has_is_sent(taker: Taker) -> None:
    assert await sent()

    call, handling = taker.spans
    assert EVENT.traceparent is not None
    assert f"00-{handling.trace_id}-{handling.parent}-01" == EVENT.traceparent
    assert (call.trace_id, call.parent) == (handling.trace_id, handling.id)
    assert (call.name, handling.name) == ("port.fail", "process build.start")
    assert (call.error, call.service) == ("away", "tests")
    assert handling.started <= call.started <= call.ended <= handling.ended
    assert handling.attributes["cloudevents.event_type"] == EVENT.type


async def test_a_collector_is_shown_what_it_asks_for(
    taker: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-key=one%20two,x-more=3")
    await sent()
    (headers,) = taker.headers
    assert (headers["x-key"], headers["x-more"]) == ("one two", "3")
    assert headers["Content-Type"] == "application/json"


async def test_traces_may_go_elsewhere_than_all_else(
    taker: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", f"{taker.url}/v1/traces")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{free_port()}")
    assert await sent()


async def test_a_collector_that_is_busy_is_asked_again(taker: Taker) -> None:
    taker.busy = 1
    assert await sent()
    assert len(taker.headers) == 2


@pytest.mark.parametrize("trouble", ["nobody listens", "it answers 401"])
async def test_what_is_not_taken_is_told_without_what_was_shown(
    trouble: str,
    taker: Taker,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    taker.status = 401
    if trouble == "nobody listens":
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=correct-horse")
    with caplog.at_level(logging.WARNING):
        assert not await sent()
    assert "did not take 2 spans" in caplog.text
    assert "correct-horse" not in caplog.text
