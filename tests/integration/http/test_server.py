"""The server of a process: its health, what it refuses, and its port."""

import json
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs
from support.recipient import Recipient

from knative_lambda.adapters.http.health import health_routes
from knative_lambda.adapters.http.server import HttpServer
from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
from knative_lambda.domain.errors import SetupError
from knative_lambda.domain.settlement import Ack
from knative_lambda.ports.metrics import Settled


async def problem_of(response: aiohttp.ClientResponse) -> dict[str, Any]:
    """The problem document that *response* must be."""
    assert response.content_type == "application/problem+json"
    told = dict(json.loads(await response.text()))
    assert (told["type"], told["status"]) == ("about:blank", response.status)
    assert told["title"]
    assert told["detail"]
    return told


async def test_it_says_that_it_lives(client: aiohttp.ClientSession) -> None:
    async with client.get("/healthz") as response:
        assert (response.status, await response.text()) == (200, "ok")


@pytest.mark.parametrize(
    "headers", [{"K-Network-Probe": "queue"}, {"User-Agent": "kube-probe/1.31"}, {"Host": "x"}]
)
async def test_probes_are_requests_like_others(
    client: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    async with client.get("/readyz", headers=headers) as response:
        assert response.status == 200


async def test_it_says_why_it_is_not_ready() -> None:
    faults: list[str | None] = ["the broker is away", None]
    routes = health_routes(lambda: faults.pop(0), PrometheusMetrics().text)
    async with (
        HttpServer(0, routes) as server,
        aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as client,
    ):
        async with client.get("/readyz") as response:
            assert (response.status, await response.text()) == (503, "the broker is away")
        async with client.get("/readyz") as response:
            assert response.status == 200


async def test_its_metrics_are_what_was_counted() -> None:
    metrics = PrometheusMetrics()
    metrics.settled(Settled(type="other", settlement=Ack(), attempts=0, age=1.0, took=0.1))
    async with (
        HttpServer(0, health_routes(lambda: None, metrics.text)) as server,
        aiohttp.ClientSession() as client,
        client.get(f"http://127.0.0.1:{server.port}/metrics") as response,
    ):
        page = await response.text()
    names = {family.name for family in text_string_to_metric_families(page)}

    assert response.headers["Content-Type"] == metrics.text()[1]
    assert {"klb_deliveries", "process_cpu_seconds"} <= names
    assert 'klb_deliveries_total{settlement="ack",type="other"} 1.0' in page


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/nowhere"), ("POST", "/events/"), ("POST", "/healthz/x")],
)
async def test_what_is_nowhere_is_not_found(
    client: aiohttp.ClientSession, method: str, path: str
) -> None:
    async with client.request(method, path, data=b"{}") as response:
        assert response.status == 404
        assert path in (await problem_of(response))["detail"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/", "POST"),
        ("PUT", "/events", "POST"),
        ("OPTIONS", "/", "POST"),
        ("PATCH", "/dead-letters", "POST"),
        ("POST", "/healthz", "GET, HEAD"),
        ("DELETE", "/metrics", "GET, HEAD"),
    ],
)
async def test_other_methods_are_not_allowed(
    client: aiohttp.ClientSession, method: str, path: str, allowed: str
) -> None:
    async with client.request(method, path) as response:
        assert (response.status, response.headers["Allow"]) == (405, allowed)
        assert method in (await problem_of(response))["detail"]


async def test_a_query_is_no_other_path(
    client: aiohttp.ClientSession, recipient: Recipient
) -> None:
    async with client.post("/?a=b", json={}) as response:
        assert response.status == 202
    assert len(recipient.messages) == 1


async def test_a_bug_is_logged_and_not_told(
    client: aiohttp.ClientSession, recipient: Recipient
) -> None:
    recipient.error = RuntimeError("postgres://admin:hunter2@10.0.0.7")
    with capture_logs() as lines:
        async with client.post("/", json={}) as response:
            assert response.status == 503
            assert int(response.headers["Retry-After"]) >= 1
            assert "postgres" not in str(await problem_of(response))
    assert [line["exc_info"] for line in lines if line["event"] == "request.bug"] == [
        recipient.error
    ]


async def test_a_port_in_use_is_said_with_what_to_do(server: HttpServer) -> None:
    fault = f"port {server.port} is in use: set KLB_HTTP_PORT to another"
    with pytest.raises(SetupError, match=f"^{fault}$"):
        async with HttpServer(server.port, []):
            pass


async def test_a_port_that_was_freed_can_be_listened_on_at_once() -> None:
    async with (
        HttpServer(0, health_routes(lambda: None, PrometheusMetrics().text)) as server,
        aiohttp.ClientSession() as client,
        client.get(f"http://127.0.0.1:{server.port}/healthz") as response,
    ):
        assert response.status == 200
    async with HttpServer(server.port, []) as again:
        assert again.port == server.port


async def test_it_listens_on_every_address(server: HttpServer) -> None:
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"http://127.0.0.2:{server.port}/healthz") as response,
    ):
        assert response.status == 200
