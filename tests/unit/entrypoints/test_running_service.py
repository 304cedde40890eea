"""A service is reached over HTTP, or by a broker, as the settings say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs
import pytest
from aiohttp import web
from support.submitting import request
from support.tcp_proxy import free_port

from knative_lambda.domain.errors import TransientError
from knative_lambda.entrypoints.connections import connections
from knative_lambda.entrypoints.running_service import RunningService
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message
from knative_lambda.settings import Settings

ASKED = request("order-4711")


@attrs.define
class Sink:
    """Keeps what is posted to it."""

    url: str = ""
    posted: list[Message] = attrs.field(factory=list)

    async def take(self, posted: web.Request) -> web.Response:
        self.posted.append(Message(await posted.read(), posted.headers["Content-Type"]))
        return web.Response(status=202)


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    sink = Sink()
    app = web.Application()
    app.router.add_post("/", sink.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sink.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield sink
    await runner.cleanup()


@asynccontextmanager
async def service(settings: Settings) -> AsyncIterator[RunningService]:
    async with connections(settings) as container:
        yield RunningService(container, over_http=settings.event_publisher == "http")


async def test_over_http_the_event_is_posted_to_the_sink(sink: Sink) -> None:
    async with service(Settings(event_publisher="http", sink=sink.url)) as one:
        await one.send(ASKED.message, ASKED.event)
    (message,) = sink.posted
    assert wire.decode(message) == ASKED.event


@pytest.mark.parametrize(
    ("settings", "variable"),
    [
        (Settings(event_publisher="http", sink=f"http://127.0.0.1:{free_port()}"), "K_SINK"),
        (Settings(rabbitmq_url=f"amqp://u:p@127.0.0.1:{free_port()}/"), "KLB_RABBITMQ_URL"),
    ],
)
async def test_who_is_away_is_told_with_the_variable_that_names_it(
    settings: Settings, variable: str
) -> None:
    async with service(settings) as one:
        with pytest.raises(TransientError) as caught:
            await one.send(ASKED.message, ASKED.event)
    advice = f"see that it runs and that {variable} names it, and try again with --id order-4711"
    assert advice in str(caught.value)
