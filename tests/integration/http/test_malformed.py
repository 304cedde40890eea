"""What is no HTTP, or hardly: it is refused, and the server goes on."""

import aiohttp
import pytest
from support.raw_http import raw_connection
from support.recipient import Recipient

from knative_lambda.adapters.http.server import HttpServer

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",  # a greeting of TLS
        b"hello\r\n\r\n",
        b"POST / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"POST\r\n\r\n",
        HEAD + b"Content-Length: many\r\n\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
        HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        HEAD + b"no colon\r\n\r\n",
        HEAD + b"ce-id : 1\r\n\r\n",
        HEAD + b"ce-id: a\x00b\r\n\r\n",
        HEAD + b"ce-id: " + b"x" * 100_000 + b"\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    ],
    ids=[
        "tls",
        "words",
        "version",
        "no target",
        "length no number",
        "negative length",
        "two lengths",
        "length and chunks",
        "no colon",
        "space before the colon",
        "nul in a header",
        "huge header",
        "no chunk",
    ],
)
async def test_what_is_no_http_is_refused_and_others_are_served(
    server: HttpServer,
    client: aiohttp.ClientSession,
    recipient: Recipient,
    caplog: pytest.LogCaptureFixture,
    request_: bytes,
) -> None:
    async with raw_connection(server.port) as connection:
        await connection.send(request_)
        status, _ = await connection.read_head()
        await connection.read_to_end()

    assert status == 400
    assert recipient.messages == []
    assert caplog.records == []  # anybody could fill the log
    async with client.post("/", json={}) as response:
        assert response.status == 202


async def test_a_client_that_only_connects_holds_nobody_up(
    server: HttpServer, client: aiohttp.ClientSession
) -> None:
    async with raw_connection(server.port), raw_connection(server.port) as other:
        await other.send(b"POST / HT")
        async with client.post("/", json={}) as response:
            assert response.status == 202


async def test_requests_one_behind_the_other_are_answered_in_turn(
    server: HttpServer, recipient: Recipient
) -> None:
    one = HEAD + b"Content-Length: 2\r\n\r\n{}"
    async with raw_connection(server.port) as connection:
        await connection.send(one + one + b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")
        statuses = [(await connection.read_answer()).status for _ in range(3)]

    assert statuses == [202, 202, 404]
    assert len(recipient.messages) == 2


async def test_a_client_that_waits_for_leave_to_go_on_gets_it(
    server: HttpServer, recipient: Recipient
) -> None:
    async with raw_connection(server.port) as connection:
        await connection.send(HEAD + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert (await connection.read_head())[0] == 100
        await connection.send(b"{}")
        assert (await connection.read_answer()).status == 202
    assert [message.body for message in recipient.messages] == [b"{}"]
