"""Every way in which HTTP brings events, up to the event that is read."""

import json
from typing import Any

import aiohttp
import pytest
from support.raw_http import raw_connection, raw_post
from support.recipient import Recipient

from knative_lambda.adapters.http.events import SIDE_BY_SIDE
from knative_lambda.adapters.http.server import HttpServer
from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import DeadLetter
from knative_lambda.ports import wire
from knative_lambda.ports.receiver import Received

TYPE = "network.notifi.lambda.build.start"
DATA = {"third_party_id": "acme", "parser_id": "größer"}
EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "release-12",
    "source": "shop",
    "type": TYPE,
    "data": DATA,
}
BATCH = {"Content-Type": "application/cloudevents-batch+json"}
BINARY = {
    "ce-specversion": "1.0",
    "ce-id": "release-12",
    "ce-source": "shop",
    "ce-type": TYPE,
    "Content-Type": "application/json",
}


def only(recipient: Recipient) -> CloudEvent:
    """The one event that came."""
    (message,) = recipient.messages
    return wire.decode(message)


async def post(
    client: aiohttp.ClientSession, body: bytes, headers: dict[str, str], path: str = "/"
) -> int:
    async with client.post(path, data=body, headers=headers) as response:
        await response.read()
        return response.status


async def send(server: HttpServer, subject: bytes) -> None:
    """Send an event in binary mode with that *subject*, as it is."""
    lines = [f"{name}: {value}" for name, value in BINARY.items() if name.startswith("ce-")]
    async with raw_connection(server.port) as connection:
        request = raw_post(b"{}", *lines)
        await connection.send(request.replace(b"ce-id", b"ce-subject: " + subject + b"\r\nce-id"))
        assert (await connection.read_answer()).status == 202


@pytest.mark.parametrize("path", ["/", "/events"])
@pytest.mark.parametrize(
    "content_type",
    [
        "application/cloudevents+json",
        "Application/CloudEvents+JSON; charset=utf-8",
        "application/json",
    ],
)
async def test_a_body_that_is_the_event(
    client: aiohttp.ClientSession, recipient: Recipient, path: str, content_type: str
) -> None:
    headers = {"Content-Type": content_type}
    assert await post(client, json.dumps(EVENT).encode(), headers, path) == 202
    event = only(recipient)

    assert (event.id, event.source, event.type, event.data) == ("release-12", "shop", TYPE, DATA)


async def test_a_body_that_is_the_bare_event_of_a_lenient_sender(
    client: aiohttp.ClientSession, recipient: Recipient
) -> None:
    bare = {"type": TYPE, "source": "network.notifi.acme", "data": DATA}
    headers = {"Content-Type": "application/json", "X-Request-Id": "7", "Type": "other"}
    assert await post(client, json.dumps(bare).encode(), headers) == 202
    event = only(recipient)

    assert (event.type, event.source, event.data) == (TYPE, "network.notifi.acme", DATA)
    assert not event.named


async def test_headers_that_hold_the_attributes(
    client: aiohttp.ClientSession, recipient: Recipient
) -> None:
    assert await post(client, json.dumps(DATA).encode(), BINARY) == 202
    event = only(recipient)

    assert (event.id, event.source, event.type, event.data) == ("release-12", "shop", TYPE, DATA)


async def test_headers_are_decoded_once(
    client: aiohttp.ClientSession, recipient: Recipient
) -> None:
    headers = {**BINARY, "ce-subject": "gr%C3%B6%C3%9Fer 100%25 %2541", "CE-Team": '"a \\"b\\""'}
    assert await post(client, b"{}", headers) == 202
    event = only(recipient)

    assert event.subject == "größer 100% %41"
    assert event.extensions == {"team": 'a "b"'}


@pytest.mark.parametrize("subject", ["größer".encode(), b"gr%C3%B6%C3%9Fer"])
async def test_a_header_may_be_text_by_the_byte(
    server: HttpServer, recipient: Recipient, subject: bytes
) -> None:
    await send(server, subject)

    assert only(recipient).subject == "größer"


@pytest.mark.parametrize("subject", ["größer".encode("latin-1"), b"%FF", b"gr%F6%DFer"])
async def test_a_header_that_is_no_text_goes_on_to_be_refused(
    server: HttpServer, recipient: Recipient, subject: bytes
) -> None:
    await send(server, subject)

    with pytest.raises(PermanentError, match="UTF-8"):
        only(recipient)


async def test_a_body_that_is_no_text_goes_on_as_it_is(
    client: aiohttp.ClientSession, recipient: Recipient
) -> None:
    assert await post(client, b"\xff\x00", {"Content-Type": "application/json"}) == 202
    (message,) = recipient.messages

    assert message.body == b"\xff\x00"


async def test_a_batch_is_taken_event_by_event(
    client: aiohttp.ClientSession, recipient: Recipient
) -> None:
    events = [{**EVENT, "id": str(number)} for number in range(40)]
    async with client.post("/events", json=events, headers=BATCH) as response:
        assert response.status == 202
        results = (await response.json())["results"]

    assert [result["status"] for result in results] == ["noted"] * 40
    taken = {wire.decode(message).id for message in recipient.messages}
    assert taken == {str(number) for number in range(40)}


async def test_of_a_batch_some_are_in_hand_at_once_but_not_all(
    client: aiohttp.ClientSession, recipient: Recipient
) -> None:
    assert await post(client, json.dumps([EVENT] * 100).encode(), BATCH) == 202

    assert len(recipient.messages) == 100
    assert recipient.most == SIDE_BY_SIDE


async def test_an_empty_batch_is_well(client: aiohttp.ClientSession, recipient: Recipient) -> None:
    async with client.post("/", data=b"[]", headers=BATCH) as response:
        assert (response.status, await response.json()) == (202, {"results": []})
    assert recipient.messages == []


async def test_an_event_of_a_batch_that_is_none_spoils_no_other(
    client: aiohttp.ClientSession, recipient: Recipient
) -> None:
    assert await post(client, json.dumps([EVENT, 7, "x", EVENT]).encode(), BATCH) == 202

    bodies = sorted(message.body for message in recipient.messages)
    assert bodies == sorted([b"7", b'"x"', *[json.dumps(EVENT).encode()] * 2])


@pytest.mark.parametrize(
    ("body", "fault"),
    [(b"{}", "array"), (b"", "empty"), (b"[1", "line 1"), (b"\xff", "UTF-8"), (b"[1] 2", "Extra")],
)
async def test_what_is_no_batch_is_one_dead_letter(
    client: aiohttp.ClientSession, recipient: Recipient, body: bytes, fault: str
) -> None:
    kept = DeadLetter(Rejection.MALFORMED, "of a single event")
    recipient.result = Received(settlement=kept, held=True)
    async with client.post("/", data=body, headers=BATCH) as response:
        told = json.loads(await response.text())

    assert (response.status, told["reason"]) == (400, "malformed")
    assert fault in told["detail"]
    (message,) = recipient.messages
    assert (message.body, message.content_type) == (body, BATCH["Content-Type"])
    with pytest.raises(PermanentError):
        wire.decode(message)


async def test_what_is_no_batch_and_could_not_be_kept_is_to_be_sent_again(
    client: aiohttp.ClientSession, recipient: Recipient
) -> None:
    recipient.result = Received(settlement=DeadLetter(Rejection.MALFORMED, "no"), held=False)

    assert await post(client, b"{}", BATCH) == 503


async def test_what_is_no_batch_is_a_dead_letter_like_others(
    client: aiohttp.ClientSession, letters: Recipient
) -> None:
    letters.result = Received(settlement=DeadLetter(Rejection.UNDELIVERED, "no"), held=True)

    assert await post(client, b"{}", BATCH, "/dead-letters") == 202


async def test_what_comes_to_the_dead_letters_goes_nowhere_else(
    client: aiohttp.ClientSession, recipient: Recipient, letters: Recipient
) -> None:
    headers = {**BINARY, "ce-knativeerrordest": "http://orders.test/"}
    assert await post(client, json.dumps(DATA).encode(), headers, "/dead-letters") == 202
    event = only(letters)

    assert recipient.messages == []
    assert event.extensions == {"knativeerrordest": "http://orders.test/"}
