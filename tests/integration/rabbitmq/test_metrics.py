"""A day in the life of a service, as its page of metrics tells it: each metric has moved."""

import json
import re
from collections.abc import AsyncIterator

import aiohttp
import attrs
import pytest
from contracts.contract import eventually
from support.amqp import Client
from support.metrics_page import Page
from support.rabbitmq import Names, RabbitMQServer
from support.services import Service, service
from support.wired import FUNCTION, build_of, start_event

from knative_lambda.adapters.http.health import health_routes
from knative_lambda.adapters.http.server import HttpServer
from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.prometheus.table import TABLE
from knative_lambda.adapters.rabbitmq.depths import QueueDepths
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.errors import SetupError
from knative_lambda.ports.event_source import Message

SOURCE = "https://code.test/a"
NO_UPLOAD = f"upload:{'0' * 64}"
# A build that has just ended counts for a second, and a start in hand counts as one: nothing
# that comes one by one may be set aside for that.
ROOM = 4


@attrs.frozen
class Running:
    """A service, and where its page is."""

    service: Service
    url: str

    async def page(self) -> Page:
        async with aiohttp.ClientSession() as client, client.get(self.url) as response:
            return Page(await response.text())

    async def send(self, event: dict[str, object]) -> None:
        await self.service.client.send(Message(json.dumps(event).encode()))

    async def ask(self, kind: str, event_id: str, **data: object) -> None:
        """Send an event of that kind about the function."""
        event = start_event(event_id, SOURCE, **data)
        event["type"] = PREFIX + kind
        await self.send(event)

    async def until(self, count: float, sample: str, **labels: str) -> None:
        """Wait until the page has at least that."""

        async def shown() -> bool:
            return (await self.page()).total(sample, **labels) >= count

        await eventually(shown)


@pytest.fixture
async def running(rabbitmq: RabbitMQServer, names: Names) -> AsyncIterator[Running]:
    """With room for `ROOM` builds at a time."""
    variables = {"KLB_MAX_ACTIVE_BUILDS": str(ROOM), "KLB_METRICS_TENANTS": FUNCTION.third_party_id}
    async with service(rabbitmq, names, variables=variables) as one:
        routes = health_routes(lambda: None, one.container.metrics().text)
        async with HttpServer(0, routes) as server:
            yield Running(one, f"http://127.0.0.1:{server.port}/metrics")


async def live(running: Running) -> None:
    """Let happen what makes every metric move."""
    container = running.service.container
    ended = {"sample": "klb_builds_total", "tenant": FUNCTION.third_party_id}
    first = start_event("first", SOURCE)
    await running.send(first)
    await running.until(1, **ended, outcome="complete")
    await running.send(first)
    await running.until(1, "klb_repeats_total")
    await running.send(start_event("cached", SOURCE))
    await running.until(1, "klb_builds_cached_total")
    await running.send(start_event("refused", NO_UPLOAD))
    await running.until(1, **ended, outcome="failed")
    await running.ask("build.cancel", "cancel", build_id=build_of("never"))
    await running.until(1, **ended, outcome="cancelled")
    await running.ask("service.delete", "delete")
    await running.until(1, "klb_services_total", result="deleted")
    await running.ask("service.rollback", "back", to=build_of("first"))
    await running.until(1, "klb_services_total", result="rolled_back")
    await running.ask("build.complete", "lost", build_id=build_of("cached"), status="success")
    await running.send({**start_event("unnamed", SOURCE), "id": None})
    await running.until(1, "klb_events_without_id_total")
    await running.ask("build.nothing", "nothing")
    await running.until(1, "klb_dead_letters_total", reason="unsupported")

    container.runner().ending = None
    for number in range(ROOM + 1):  # of a function each; the last of them has to wait
        await running.send(start_event(f"runs-{number}", SOURCE, parser_id=f"runs-{number}"))
    await running.until(1, "klb_set_asides_total", limit="active")
    await running.until(5 + ROOM + 1, "klb_deliveries_total", type=f"{PREFIX}build.start")
    await container.contexts().put("build-context/old", [b"left behind"])
    container.contexts()._stored["build-context/old"] = (b"left behind", 0)
    await container.sweeper().once()
    await container.depths().look()


async def test_every_metric_of_the_table_moves_in_an_ordinary_day(running: Running) -> None:
    await live(running)
    page = await running.page()
    moved = {
        re.sub("_(count|sum|bucket)$", "", name) if name not in kinds else name
        for kinds in [page.kinds()]
        for name, _, value in page.samples()
        if value
    }

    assert {row.name for row in TABLE} - moved == set()


async def test_the_page_tells_what_has_happened(running: Running) -> None:
    await live(running)
    page, tenant = await running.page(), FUNCTION.third_party_id
    own = running.service.client.topology

    assert page.value("klb_builds_total", outcome="failed", tenant=tenant) == 1
    assert page.value("klb_build_failures_total", reason="source_not_found", tenant=tenant) == 1
    assert page.total("klb_builds_total", tenant="other") == 0
    jobs = await running.service.container.runner().list()
    assert page.value("klb_active_builds", tenant=tenant) == sum(not job.ended for job in jobs) > 0
    assert page.value("klb_limit", limit="active") == ROOM
    assert page.value("klb_queue_messages", queue=own.dead_letters) == 1
    assert page.total("klb_queue_messages") >= 2, "one waits for its turn"
    assert page.value("klb_sweep_found_total", what="context") == 1
    assert page.value("klb_sweeps_total", result="complete") == 1
    assert page.value("klb_functions", ready="yes") == 1
    assert page.value("klb_broker_connected") == 1
    assert page.value("klb_call_failures_total", call="sources.fetch", error="source_refused") == 1
    for call in ("packer.pack", "contexts.put", "runner.start", "deployer.create", "source.settle"):
        assert page.total("klb_call_seconds_count", call=call) > 0, call


async def test_it_is_told_how_many_messages_are_in_each_queue(client: Client, link: Link) -> None:
    metrics = MemoryMetrics()
    await client.send(Message(b"a"))
    await QueueDepths(link, metrics).look()

    assert metrics.counts[client.topology.queue] == 1
    assert set(metrics.counts) == {queue.name for queue in client.topology.queues()}


async def test_a_queue_that_is_gone_is_told_and_the_next_look_is_as_good(
    client: Client, link: Link, rabbitmq: RabbitMQServer
) -> None:
    metrics = MemoryMetrics()
    missing = Topology(f"{client.topology.exchange}", "not there", "neither")
    broken = Link(rabbitmq.url, missing, metrics, passive=True, publishes=True)
    with pytest.raises(SetupError, match=r"not there.dlq"):
        await QueueDepths(broken, metrics).look()
    await broken.close()
    await QueueDepths(link, metrics).look()

    assert metrics.counts[client.topology.dead_letters] == 0
