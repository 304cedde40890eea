"""How requests end when the server does, and how they go on when their client has gone."""

import asyncio
from typing import Self

import aiohttp
import pytest
from structlog.testing import capture_logs
from support.raw_http import raw_connection, raw_post
from support.recipient import Recipient

from knative_lambda.adapters.http.events import event_routes
from knative_lambda.adapters.http.server import HttpServer

_PATIENCE = 15.0  # seconds; only ever spent when something is wrong


class Ending:
    """A server that is closed while the test goes on."""

    def __init__(self, recipient: Recipient, grace: float) -> None:
        self.server = HttpServer(0, event_routes(recipient, Recipient()), grace)

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        self.closed = asyncio.Event()
        return self

    async def close(self) -> None:
        await self.server.__aexit__(None, None, None)
        self.closed.set()

    async def __aexit__(self, *_: object) -> None:
        if not self.closed.is_set():
            await self.close()


async def refused(port: int) -> None:
    """Wait until nobody listens there."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                return
            writer.transport.abort()
            await asyncio.sleep(0.01)


async def test_a_request_in_hand_is_answered_before_the_server_ends(recipient: Recipient) -> None:
    recipient.gate.clear()
    async with Ending(recipient, _PATIENCE) as it, raw_connection(it.server.port) as connection:
        await connection.send(raw_post(b"{}"))
        await recipient.came.wait()
        closing = asyncio.create_task(it.close())
        await refused(it.server.port)
        assert not it.closed.is_set()
        recipient.gate.set()
        answer = await connection.read_answer()
        await closing
        assert await connection.read_to_end() == b""

    assert (answer.status, answer.headers["connection"]) == (202, "close")


async def test_a_body_that_is_still_coming_is_waited_for(recipient: Recipient) -> None:
    async with Ending(recipient, _PATIENCE) as it, raw_connection(it.server.port) as connection:
        await connection.send(raw_post(b"{}", "Expect: 100-continue")[:-2])
        assert (await connection.read_head())[0] == 100  # it is in hand
        closing = asyncio.create_task(it.close())
        await refused(it.server.port)
        await connection.send(b"{}")
        assert (await connection.read_answer()).status == 202
        await closing
    assert [message.body for message in recipient.done] == [b"{}"]


async def test_what_takes_longer_than_the_grace_is_given_up(recipient: Recipient) -> None:
    recipient.gate.clear()
    async with Ending(recipient, 0.05) as it, raw_connection(it.server.port) as connection:
        await connection.send(raw_post(b"{}"))
        await recipient.came.wait()
        await it.close()
        assert await connection.read_to_end() == b""

    assert recipient.in_hand == 0
    assert recipient.done == []


async def test_idle_connections_do_not_keep_it(recipient: Recipient) -> None:
    async with (
        Ending(recipient, 1000 * _PATIENCE) as it,
        raw_connection(it.server.port) as idle,
        raw_connection(it.server.port),
    ):
        await idle.send(raw_post(b"{}"))
        assert (await idle.read_answer()).status == 202
        async with asyncio.timeout(_PATIENCE):
            await it.close()
        assert await idle.read_to_end() == b""


async def test_what_comes_by_a_kept_connection_meanwhile_is_answered_too(
    recipient: Recipient,
) -> None:
    async with (
        Ending(recipient, _PATIENCE) as it,
        raw_connection(it.server.port) as kept,
        raw_connection(it.server.port) as busy,
    ):
        await kept.send(raw_post(b"{}"))
        assert (await kept.read_answer()).headers.get("connection") != "close"
        recipient.came.clear()
        recipient.gate.clear()
        await busy.send(raw_post(b"{}"))
        await recipient.came.wait()
        closing = asyncio.create_task(it.close())
        await refused(it.server.port)
        await kept.send(raw_post(b"{}", "Expect: 100-continue")[:-2])
        assert (await kept.read_head())[0] == 100
        recipient.gate.set()
        answers = [await busy.read_answer()]
        await kept.send(b"{}")
        answers.append(await kept.read_answer())
        await closing

    assert [answer.status for answer in answers] == [202, 202]
    assert [answer.headers["connection"] for answer in answers] == ["close", "close"]


async def test_what_has_begun_goes_on_without_its_client(
    server: HttpServer, client: aiohttp.ClientSession, recipient: Recipient
) -> None:
    recipient.gate.clear()
    async with raw_connection(server.port) as connection:
        await connection.send(raw_post(b"{}"))
        await recipient.came.wait()
    async with client.get("/healthz") as response:  # which shows that it knows of the loss
        assert response.status == 200
    recipient.gate.set()
    async with asyncio.timeout(_PATIENCE):
        await recipient.ended.wait()
    assert len(recipient.done) == 1


async def test_what_has_begun_without_its_client_is_waited_for_too(recipient: Recipient) -> None:
    recipient.gate.clear()
    async with Ending(recipient, _PATIENCE) as it:
        async with raw_connection(it.server.port) as connection:
            await connection.send(raw_post(b"{}"))
            await recipient.came.wait()
        closing = asyncio.create_task(it.close())
        await refused(it.server.port)
        recipient.gate.set()
        await closing
        assert len(recipient.done) == 1


@pytest.mark.parametrize("framing", ["Content-Length: 9", "Transfer-Encoding: chunked"])
async def test_half_a_body_is_nothing(
    server: HttpServer, client: aiohttp.ClientSession, recipient: Recipient, framing: str
) -> None:
    part = b"{}" if "Length" in framing else b"2\r\n{}\r\n"
    with capture_logs() as lines:
        async with raw_connection(server.port) as connection:
            await connection.send(raw_post(b"", framing, framed=False) + part)
        async with client.post("/", json=[]) as response:
            assert response.status == 202
    assert lines == []
    assert [message.body for message in recipient.messages] == [b"[]"]
