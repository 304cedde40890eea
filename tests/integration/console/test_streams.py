"""Pages as they change: told to each who watches, and nothing is left when nobody does."""

import asyncio

import aiohttp
import attrs
import pytest
from contracts.contract import DEADLINE, eventually
from support.domain import FUNCTION, NOON, SECOND, build, record, request_id
from support.event_stream import ACCEPTED, event_stream
from support.raw_http import raw_connection
from support.shown import Showcase

from knative_lambda.adapters.console.routes import Console
from knative_lambda.adapters.http.server import HttpServer
from knative_lambda.domain import names
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.record import Outcome, Phase
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import DeadLetter
from knative_lambda.ports.event_source import Delivery, Message

OPEN = build(1, Phase.OPEN)
PATH, JOB = f"/builds/{request_id(1)}", names.job(FUNCTION, request_id(1))
ENDED = Outcome(ended_at=NOON + 9 * SECOND, reason=Reason.BUILD_EXIT, detail="exit code 3")
FAILED = attrs.evolve(OPEN, phase=Phase.FAILED, outcome=ENDED)
MANY_LINES = b"a line of a log that is written without an end\n" * 20_000


@pytest.fixture(autouse=True)
async def _one_build(showcase: Showcase) -> None:
    await showcase.write(record(OPEN))


async def test_a_change_of_phase_is_told(client: aiohttp.ClientSession, showcase: Showcase) -> None:
    async with event_stream(client, "/") as stream:
        await stream.until("page", 'data-phase="open"')
        await showcase.write(record(FAILED))
        told = await stream.until("page", 'data-phase="failed"')
    assert "exit code 3" in told.data


async def test_a_log_is_told_as_it_is_written_and_each_line_once(
    client: aiohttp.ClientSession, showcase: Showcase
) -> None:
    showcase.logs.write(JOB, b"one\n")
    async with event_stream(client, PATH) as stream:
        first = (await stream.until("log", "one")).document
        assert (first["afresh"], first["head"], first["ended"]) == (True, "one\n", False)
        showcase.logs.write(JOB, b"two <b> \x1b[31mred\x1b[0m\n")
        second = (await stream.until("log", "two")).document
        assert (second["afresh"], second["head"]) == (False, "two <b> red\n")
        showcase.logs.end(JOB)
        assert (await stream.until("log", '"ended": true')).document["head"] == ""


async def test_how_many_dead_letters_there_are_is_told(
    client: aiohttp.ClientSession, showcase: Showcase
) -> None:
    letter = Delivery(Message(b"x"), None, NOON)
    await showcase.broker.settle(letter, DeadLetter(Rejection.INVALID, "no"))
    async with event_stream(client, "/") as stream:
        assert (await stream.until("letters")).data == "1"


async def test_there_is_room_for_so_many_who_watch_and_others_may_reload(
    client: aiohttp.ClientSession, console: Console
) -> None:
    async with event_stream(client, "/") as first, event_stream(client, PATH) as second:
        await first.until("page")
        await second.until("page")
        async with client.get("/", headers=ACCEPTED) as response:
            assert response.status == 503
            assert int(response.headers["Retry-After"]) >= 1
        async with client.get("/") as response:
            assert response.status == 200
        assert console.watched == 2


async def test_a_browser_that_goes_away_frees_everything(
    server: HttpServer, showcase: Showcase, console: Console
) -> None:
    showcase.logs.write(JOB, b"one\n")
    for _ in range(5):  # more than there is room for at once
        async with raw_connection(server.port) as connection:
            lines = (f"GET {PATH} HTTP/1.1", "Host: localhost", "Accept: text/event-stream")
            await connection.send("\r\n".join((*lines, "", "")).encode())
            assert (await connection.read_head())[0] == 200

        async def all_is_free() -> bool:
            left = (console.watched, showcase.feeds.open, showcase.watch._looking)
            return left == (0, 0, None)

        await eventually(all_is_free)


async def test_a_browser_that_takes_nothing_holds_up_nobody_and_gets_what_is_newest(
    client: aiohttp.ClientSession, showcase: Showcase
) -> None:
    showcase.logs.write(JOB, b"begun\n")
    async with (
        client.get(PATH, headers=ACCEPTED, read_bufsize=1024) as slow,
        event_stream(client, PATH) as quick,
    ):
        await quick.until("log", "begun")
        for _ in range(12):
            showcase.logs.write(JOB, MANY_LINES)
        showcase.logs.write(JOB, b"the last line\n")
        showcase.logs.end(JOB)
        await showcase.write(record(FAILED))
        await quick.until("log", "the last line")
        text = b""
        async with asyncio.timeout(DEADLINE):
            while b"the last line" not in text or b"exit code 3" not in text:
                text += await slow.content.readany()
    assert len(text) < 6 * len(MANY_LINES)


async def test_a_browser_that_takes_nothing_for_too_long_is_left(showcase: Showcase) -> None:
    console = Console(showcase.desk, patience=0.05)
    for _ in range(4):
        showcase.logs.write(JOB, MANY_LINES)
    async with HttpServer(0, console.routes(), grace=5, host="127.0.0.1", drops=True) as server:
        async with raw_connection(server.port) as connection:
            lines = (f"GET {PATH} HTTP/1.1", "Host: localhost", "Accept: text/event-stream")
            await connection.send("\r\n".join((*lines, "", "")).encode())
            await connection.read_head()

            async def is_left() -> bool:
                # Each round writes more than the kernel has room for, until it is found stuck.
                showcase.logs.write(JOB, MANY_LINES)
                return console.watched == 0

            await eventually(is_left)
        console.close()
        await showcase.feeds.close()


async def test_the_end_of_the_process_is_not_held_up_by_who_watches(
    client: aiohttp.ClientSession, console: Console
) -> None:
    async with event_stream(client, "/") as stream:
        await stream.until("page")
        console.close()
        async with asyncio.timeout(DEADLINE):
            while not stream.response.content.at_eof():
                await stream.response.content.readany()
    async with client.get("/", headers=ACCEPTED) as response:
        assert response.status == 503
