"""A sink over HTTP: what it takes, what it does not, and dead letters that go there."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence

import aiohttp
import attrs
import pytest
from aiohttp import web
from contracts.event_publisher import STARTED, EventPublisherContract
from structlog.testing import capture_logs
from support.tcp_proxy import free_port

from knative_lambda.adapters.http.letters import EventSettler
from knative_lambda.adapters.http.sink import HttpEventPublisher, Sink
from knative_lambda.domain.announcement import DEAD_LETTER
from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Ack, DeadLetter, Retry, SetAside, Settlement
from knative_lambda.ports import wire
from knative_lambda.ports.event_publisher import EventPublisher
from knative_lambda.ports.event_source import Delivery, Message

PATH = "/default/broker"
NOW = 1_800_000_000_000_000_000
WHY = DeadLetter(Rejection.INVALID, "no source")


@attrs.define(eq=False)
class Ingress:
    """The ingress of a broker: it stores what is posted to its one path, exactly.

    Attributes:
        status: What it answers.
        hung_up: How many of the next requests it answers by closing the connection.
        silent: Whether it takes requests and never answers.
    """

    status: int = 202
    hung_up: int = 0
    silent: bool = False
    stored: list[Message] = attrs.field(factory=list)
    users: list[str | None] = attrs.field(factory=list)
    peers: set[object] = attrs.field(factory=set)
    url: str = ""

    async def take(self, request: web.Request) -> web.Response:
        """Store it."""
        body = await request.read()
        assert request.transport is not None
        self.peers.add(request.transport.get_extra_info("peername"))
        if self.hung_up:
            self.hung_up -= 1
            request.transport.abort()
            return web.Response()
        if self.silent:
            await asyncio.Event().wait()
        self.users.append(request.headers.get("Authorization"))
        headers = {"Location": f"{self.url}/elsewhere"} if 300 <= self.status < 400 else {}
        if self.status < 300 and request.path_qs == PATH:
            self.stored.append(Message(body, request.headers["Content-Type"]))
            return web.Response(status=self.status)
        return web.Response(status=self.status if self.status >= 300 else 404, headers=headers)


@pytest.fixture
async def ingress() -> AsyncIterator[Ingress]:
    """It listens."""
    ingress = Ingress()
    app = web.Application(client_max_size=4 * wire.LARGEST)
    app.router.add_post("/{path:.*}", ingress.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ingress.url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    yield ingress
    await runner.cleanup()


@pytest.fixture
async def sink(ingress: Ingress) -> AsyncIterator[Sink]:
    """That ingress."""
    sink = Sink(ingress.url)
    yield sink
    await sink.close()


class TestHttpEventPublisher(EventPublisherContract):
    @pytest.fixture
    def publisher(self, sink: Sink) -> EventPublisher:
        return HttpEventPublisher(sink)

    @pytest.fixture
    async def refused(self) -> AsyncIterator[EventPublisher]:
        sink = Sink(f"http://127.0.0.1:{free_port()}{PATH}")
        yield HttpEventPublisher(sink)
        await sink.close()

    @pytest.fixture(autouse=True)
    def _listen(self, ingress: Ingress) -> None:
        self.ingress = ingress

    async def arrived(self) -> Sequence[Message]:
        return list(self.ingress.stored)


@pytest.mark.parametrize("status", [200, 202, 204])
async def test_every_success_is_one(sink: Sink, ingress: Ingress, status: int) -> None:
    ingress.status = status
    await sink.post(b"{}")

    assert len(ingress.stored) == 1


@pytest.mark.parametrize("status", [301, 307, 400, 404, 429, 500, 503])
async def test_every_other_answer_is_a_failure(sink: Sink, ingress: Ingress, status: int) -> None:
    ingress.status = status
    with pytest.raises(TransientError, match=f"it answered {status}"):
        await sink.post(b"{}")

    assert ingress.stored == []


async def test_no_answer_is_a_failure(ingress: Ingress) -> None:
    ingress.silent = True
    sink = Sink(ingress.url, timeout=0.05)
    with pytest.raises(TransientError, match=r"no answer in 0\.05 s"):
        await sink.post(b"{}")
    await sink.close()


async def test_a_connection_that_was_closed_meanwhile_is_opened_again(
    sink: Sink, ingress: Ingress
) -> None:
    await sink.post(b"1")
    ingress.hung_up = 1
    await sink.post(b"2")

    assert [message.body for message in ingress.stored] == [b"1", b"2"]


async def test_a_sink_that_always_hangs_up_is_a_failure(sink: Sink, ingress: Ingress) -> None:
    ingress.hung_up = 100
    with pytest.raises(TransientError, match="did not take"):
        await sink.post(b"{}")


async def test_one_connection_serves_many_events(sink: Sink, ingress: Ingress) -> None:
    for _ in range(3):
        await sink.post(b"{}")

    assert len(ingress.peers) == 1


async def test_its_credentials_are_sent_and_never_told(ingress: Ingress) -> None:
    sink = Sink(ingress.url.replace("http://", "http://admin:hunter2@"))
    await sink.post(b"{}")
    assert ingress.users == ["Basic YWRtaW46aHVudGVyMg=="]

    ingress.status = 500
    with pytest.raises(TransientError) as failed:
        await sink.post(b"{}")
    await sink.close()
    closed = Sink(f"http://admin:hunter2@127.0.0.1:{free_port()}/")
    with pytest.raises(TransientError) as unreachable:
        await closed.post(b"{}")
    await closed.close()

    told = f"{failed.value} {unreachable.value} {sink}"
    assert "hunter2" not in told
    assert "127.0.0.1" in told


@attrs.define(eq=False)
class Breaking(Sink):
    """One whose connection breaks while an event is sent."""

    async def _status(self, event: bytes) -> int:  # noqa: ARG002 - whatever it is
        raise aiohttp.ClientOSError(32, f"Can not write request body for {self.url}")


async def test_nor_are_they_told_when_a_connection_breaks_while_an_event_is_sent() -> None:
    sink = Breaking("http://broker.test:80/default?token=hunter2")
    with pytest.raises(TransientError, match=r"broker\.test:80 did not take the event") as failed:
        await sink.post(b"{}")
    assert "hunter2" not in str(failed.value)


@pytest.mark.parametrize(
    "url", ["", "broker", "ftp://broker/", "http://", "http://[", "http://a:b/"]
)
def test_what_is_no_url_of_a_sink_is_said_without_showing_it(url: str) -> None:
    with pytest.raises(SetupError, match=r"^K_SINK: must be an http or https URL with a host$"):
        Sink(url)


async def test_a_sink_can_be_used_again_after_it_was_closed(sink: Sink, ingress: Ingress) -> None:
    await sink.post(b"1")
    await sink.close()
    await sink.close()
    await sink.post(b"2")

    assert len(ingress.stored) == 2


async def test_the_largest_dead_letter_arrives_whole(sink: Sink, ingress: Ingress) -> None:
    body = b"\xff" * wire.LARGEST
    await EventSettler(sink).settle(Delivery(Message(body), None, NOW), WHY)

    (message,) = ingress.stored
    assert len(json.loads(message.body)["data"]["event_base64"]) > wire.LARGEST


async def test_a_dead_letter_is_published_and_a_repeat_has_its_id(
    sink: Sink, ingress: Ingress
) -> None:
    delivery = Delivery(wire.encode(STARTED), None, NOW)
    for _ in range(2):
        await EventSettler(sink).settle(delivery, WHY)

    first, second = [wire.decode(message) for message in ingress.stored]
    assert first == second
    assert (first.type, first.source) == (DEAD_LETTER, "network.notifi.lambda")


@pytest.mark.parametrize("settlement", [Ack(), Retry(1.0, "away"), SetAside(1.0)])
async def test_nothing_else_is_published(
    sink: Sink, ingress: Ingress, settlement: Settlement
) -> None:
    settler = EventSettler(sink)
    await settler.settle(Delivery(Message(b"{}"), None, NOW), settlement)

    assert not settler.can_delay
    assert ingress.stored == []


async def test_a_dead_letter_that_is_not_taken_is_not_settled(sink: Sink, ingress: Ingress) -> None:
    ingress.status = 500
    with pytest.raises(TransientError):
        await EventSettler(sink).settle(Delivery(Message(b"{}"), None, NOW), WHY)


async def test_a_dead_letter_that_comes_back_makes_no_other(sink: Sink, ingress: Ingress) -> None:
    settler = EventSettler(sink)
    await settler.settle(Delivery(Message(b"{}"), None, NOW), WHY)
    (message,) = ingress.stored
    with capture_logs() as lines:
        await settler.settle(Delivery(message, None, NOW), WHY)

    assert len(ingress.stored) == 1
    assert [line["event"] for line in lines] == ["dead_letter.returned"]
