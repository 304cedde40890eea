"""The whole application in memory behind HTTP: what senders are answered, and what was done."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import attrs
import pytest
from structlog.testing import capture_logs
from support.processes import Replica
from support.world import World

from knative_lambda.adapters.http.events import event_routes
from knative_lambda.adapters.http.server import HttpServer
from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.adapters.memory.faults import Fault, Faults, Kind
from knative_lambda.application.admission import Limits, Rate
from knative_lambda.application.receiver import EventReceiver, LetterReceiver
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Settlement
from knative_lambda.ports.event_source import Delivery, Settler

SECRET = "postgres://admin:hunter2@10.0.0.7"  # noqa: S105 - what must never be answered
START: dict[str, Any] = {
    "specversion": "1.0",
    "id": "release-12",
    "source": "shop",
    "type": "network.notifi.lambda.build.start",
    "data": {
        "third_party_id": "acme",
        "parser_id": "orders",
        "source_url": "https://example.test/orders.git",
        "correlation_id": "corr-1",
    },
}


@attrs.frozen
class Lost(Settler):
    """Takes nothing."""

    can_delay: bool = True

    async def settle(self, delivery: Delivery, settlement: Settlement) -> None:  # noqa: ARG002 - it takes nothing
        """Fail."""
        raise TransientError(SECRET)


@attrs.frozen
class LettersOnly(Settler):
    """Keeps dead letters, and can delay nothing."""

    broker: MemoryBroker
    can_delay: bool = False

    async def settle(self, delivery: Delivery, settlement: Settlement) -> None:
        """Keep it."""
        await self.broker.settle(delivery, settlement)


@attrs.define
class Sender:
    """Sends to the application, and reads what it is answered."""

    client: aiohttp.ClientSession

    async def send(self, body: object, path: str = "/", **headers: str) -> tuple[int, Any]:
        """Status and document."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Content-Type": "application/cloudevents+json", **headers}
        async with self.client.post(path, data=data, headers=given) as response:
            assert not [name for name in response.headers if name.lower().startswith("ce-")]
            told = json.loads(await response.text())
            assert SECRET not in str(told)
            if response.status >= 400:
                assert response.content_type == "application/problem+json"
                assert told["status"] == response.status
            if response.status in (429, 503):
                assert int(response.headers["Retry-After"]) >= 1
            return response.status, told


Serve = Callable[[Replica, Settler], Awaitable[Sender]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Puts a replica behind a server until the test ends."""
    async with AsyncExitStack() as stack:

        async def put(replica: Replica, settler: Settler) -> Sender:
            clock = replica.world.clock
            receiver = EventReceiver(replica.handler, settler, clock)
            routes = event_routes(receiver, LetterReceiver(settler, replica.metrics, clock))
            server = await stack.enter_async_context(HttpServer(0, routes))
            url = f"http://127.0.0.1:{server.port}"
            connector = aiohttp.TCPConnector(limit=0)
            return Sender(
                await stack.enter_async_context(aiohttp.ClientSession(url, connector=connector))
            )

        yield put


@pytest.fixture
def world() -> World:
    """All that outlives the replica."""
    return World()


@pytest.fixture
async def sender(serve: Serve, world: World) -> Sender:
    """Of a replica that can delay."""
    return await serve(Replica(world, Faults()), world.broker)


def start(**data: object) -> dict[str, Any]:
    return {**START, "id": str(data), "data": {**START["data"], **data}}


async def test_a_start_creates_a_job(sender: Sender, world: World) -> None:
    status, told = await sender.send(START)

    assert (status, told["status"], told["correlation_id"]) == (202, "job_created", "corr-1")
    assert told.keys() == {"status", "message", "build_id", "job_name", "correlation_id"}
    assert world.runner.started == [told["job_name"]]


async def test_a_repeat_changes_nothing(sender: Sender, world: World) -> None:
    _, first = await sender.send(START)
    status, told = await sender.send(START)

    assert (status, told["status"], told["build_id"]) == (200, "repeat", first["build_id"])
    assert len(world.runner.started) == 1


async def test_the_same_in_another_mode_is_a_repeat(sender: Sender, world: World) -> None:
    await sender.send(START)
    attributes = {f"ce-{name}": value for name, value in START.items() if name != "data"}
    headers = {"Content-Type": "application/json", **attributes}
    status, _ = await sender.send(START["data"], **headers)
    batched, told = await sender.send(
        [START], **{"Content-Type": "application/cloudevents-batch+json"}
    )

    assert (status, batched) == (200, 202)
    assert told["results"][0]["status"] == "repeat"
    assert len(world.runner.started) == 1


async def test_a_start_that_is_wrong_is_refused_kept_and_told_of(
    sender: Sender, world: World
) -> None:
    status, told = await sender.send(start(runtime="cobol"))

    assert (status, told["reason"]) == (400, "invalid")
    assert "cobol" in told["detail"]
    assert told["event_id"] == str({"runtime": "cobol"})
    (letter,) = world.broker.dead_letters
    assert (letter.rejection, letter.detail) == (Rejection.INVALID, told["detail"])
    (rejected,) = world.published
    assert rejected.headers["type"] == "network.notifi.lambda.build.rejected"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b"7", b'{"type":"a"}'])
async def test_what_is_no_event_is_refused_and_kept_as_it_came(
    sender: Sender, world: World, body: bytes
) -> None:
    status, told = await sender.send(body)

    assert (status, told["reason"]) == (400, "malformed")
    assert "event_id" not in told
    assert [letter.message.body for letter in world.broker.dead_letters] == [body]


async def test_an_event_of_nobody_is_refused(sender: Sender) -> None:
    status, told = await sender.send({**START, "type": "com.example.greeting"})

    assert (status, told["reason"]) == (400, "unsupported")


async def test_over_a_limit_an_event_waits_here(sender: Sender, world: World) -> None:
    answers = [await sender.send(start(parser_id=f"p{number}")) for number in range(4)]

    assert [told["status"] for _, told in answers] == ["job_created"] * 3 + ["set_aside"]
    assert {status for status, _ in answers} == {202}
    assert len(world.broker.delayed) == 1


async def test_over_a_limit_its_sender_waits_where_nothing_can_be_delayed(
    serve: Serve, world: World
) -> None:
    sender = await serve(Replica(world, Faults()), LettersOnly(world.broker))
    answers = [await sender.send(start(parser_id=f"p{number}")) for number in range(4)]

    assert [status for status, _ in answers] == [202, 202, 202, 429]
    assert world.broker.delayed == []


async def test_what_fails_for_now_is_to_be_sent_again_and_then_succeeds(
    serve: Serve, world: World
) -> None:
    sender = await serve(
        Replica(world, Faults([Fault("records.read", 1, Kind.FAIL)])), world.broker
    )
    failed, told = await sender.send(START)
    again, _ = await sender.send(START)

    assert (failed, again) == (503, 202)
    assert "records" not in str(told)
    assert world.broker.dead_letters == []


async def test_a_bug_is_a_failure_of_the_moment(serve: Serve, world: World) -> None:
    async def broken(_call: str) -> None:
        raise RuntimeError(SECRET)

    sender = await serve(Replica(world, Faults(pause=broken)), world.broker)
    with capture_logs() as lines:
        status, _ = await sender.send(START)

    assert status == 503
    assert "delivery.bug" in [line["event"] for line in lines]


async def test_what_cannot_be_kept_is_to_be_sent_again(serve: Serve, world: World) -> None:
    sender = await serve(Replica(world, Faults()), Lost())
    answers = [await sender.send(b"{"), await sender.send(START, "/dead-letters")]

    assert [status for status, _ in answers] == [503, 503]


async def test_what_a_function_did_not_take_is_kept(sender: Sender, world: World) -> None:
    status, told = await sender.send(START, "/dead-letters")

    assert (status, told["status"]) == (202, "kept")
    (letter,) = world.broker.dead_letters
    assert letter.rejection is Rejection.UNDELIVERED
    assert json.loads(letter.message.body) == START
    assert world.runner.started == []


async def test_a_batch_is_many_events(sender: Sender, world: World) -> None:
    batch = {"Content-Type": "application/cloudevents-batch+json"}
    events = [start(parser_id="p1"), start(runtime="cobol"), start(parser_id="p2")]
    status, told = await sender.send(events, **batch)

    assert status == 400
    results = [result["status"] for result in told["results"]]
    assert results == ["job_created", "rejected", "job_created"]
    assert len(world.runner.started) == 2
    assert len(world.broker.dead_letters) == 1


async def test_a_hundred_copies_at_once_are_one_job(serve: Serve, world: World) -> None:
    async def let_others_run(_call: str) -> None:
        await asyncio.sleep(0)

    replica = Replica(world, Faults(pause=let_others_run))
    rate = Rate(1000, 1000)
    limits = Limits(1000, 1000, 1000, intake=rate, intake_per_tenant=rate)
    replica.handler = attrs.evolve(
        replica.handler, admission=attrs.evolve(replica.handler.admission, limits=limits)
    )
    sender = await serve(replica, world.broker)
    answers = await asyncio.gather(*(sender.send(START) for _ in range(100)))

    assert len(world.runner.started) == 1
    assert Counter(status for status, _ in answers).keys() == {200, 202}
    assert {told["build_id"] for _, told in answers} == {answers[0][1]["build_id"]}
    assert world.broker.dead_letters == []
