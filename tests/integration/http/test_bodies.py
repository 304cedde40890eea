"""Bodies that are too large, that do not come to their end, or that are not what they should be."""

import gzip
import io
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from support.raw_http import raw_connection
from support.recipient import Recipient

from knative_lambda.adapters.http.events import event_routes
from knative_lambda.adapters.http.server import HttpServer
from knative_lambda.ports.wire import LARGEST

STRUCTURED = {"Content-Type": "application/cloudevents+json"}
_PIECE = b" " * (1 << 16)


async def pieces(size: int) -> AsyncIterator[bytes]:
    """A body of that many bytes whose length nobody says beforehand."""
    for _ in range(size // len(_PIECE)):
        yield _PIECE
    yield b" " * (size % len(_PIECE))


async def test_the_largest_body_is_taken(
    client: aiohttp.ClientSession, recipient: Recipient
) -> None:
    for body in (io.BytesIO(b" " * LARGEST), pieces(LARGEST)):
        async with client.post("/", data=body, headers=STRUCTURED) as response:
            assert response.status == 202
    assert [len(message.body) for message in recipient.messages] == [LARGEST] * 2


@pytest.mark.parametrize("size", [LARGEST + 1, 2 * LARGEST])
async def test_a_larger_one_is_not(
    client: aiohttp.ClientSession, recipient: Recipient, size: int
) -> None:
    for body in (io.BytesIO(b" " * size), pieces(size)):
        async with client.post("/", data=body, headers=STRUCTURED) as response:
            told = json.loads(await response.text())
            assert (response.status, response.content_type) == (413, "application/problem+json")
            assert str(LARGEST) in told["detail"]
    assert recipient.messages == []


async def test_what_is_said_to_be_too_large_is_not_waited_for(server: HttpServer) -> None:
    async with raw_connection(server.port) as connection:
        await connection.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
        answer = await connection.read_answer()

    assert (answer.status, answer.json["status"]) == (413, 413)
    assert answer.headers["connection"] == "close"


async def test_a_compressed_body_is_read(
    client: aiohttp.ClientSession, recipient: Recipient
) -> None:
    headers = {**STRUCTURED, "Content-Encoding": "gzip"}
    async with client.post("/", data=gzip.compress(b'{"a":1}'), headers=headers) as response:
        assert response.status == 202
    assert [message.body for message in recipient.messages] == [b'{"a":1}']


async def test_a_body_that_is_too_large_once_it_is_unpacked_is_not_taken(
    client: aiohttp.ClientSession, recipient: Recipient
) -> None:
    headers = {**STRUCTURED, "Content-Encoding": "gzip"}
    bomb = gzip.compress(b" " * (20 * LARGEST), 1)
    async with client.post("/", data=bomb, headers=headers) as response:
        assert response.status == 413
    assert recipient.messages == []


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_body_that_is_not_packed_as_it_says_is_refused(
    client: aiohttp.ClientSession, recipient: Recipient, encoding: str
) -> None:
    headers = {**STRUCTURED, "Content-Encoding": encoding}
    async with client.post("/", data=b"no such thing", headers=headers) as response:
        assert response.status == 400
    assert recipient.messages == []


async def test_a_body_that_does_not_come_to_its_end_is_given_up(
    recipient: Recipient, letters: Recipient
) -> None:
    routes = event_routes(recipient, letters, body_timeout=0.05)
    async with HttpServer(0, routes) as server, raw_connection(server.port) as connection:
        await connection.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
        answer = await connection.read_answer()

    assert (answer.status, answer.headers["connection"]) == (408, "close")
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert recipient.messages == []


async def test_others_are_served_while_a_body_is_waited_for(
    server: HttpServer, client: aiohttp.ClientSession, recipient: Recipient
) -> None:
    async with raw_connection(server.port) as slow:
        await slow.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{")
        async with client.post("/", data=b"{}", headers=STRUCTURED) as response:
            assert response.status == 202
        assert len(recipient.messages) == 1
        await slow.send(b"}")
        assert (await slow.read_answer()).status == 202
    assert len(recipient.messages) == 2
