"""Dead letters as events: what they hold, and what makes two of them one."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.event_schemas import published_faults

from knative_lambda.adapters.http.letters import dead_letter
from knative_lambda.adapters.http.letters import read as read_event
from knative_lambda.domain.announcement import DEAD_LETTER
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import DeadLetter
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Delivery, Message

NOW = 1_800_000_000_000_000_000
WHY = DeadLetter(Rejection.INVALID, "runtime: 'cobol': must be one of: nodejs22")
EVENT = {
    "specversion": "1.0",
    "id": "release-12",
    "source": "shop",
    "type": "network.notifi.lambda.build.start",
    "time": "2026-03-01T13:00:00Z",
    "data": {"third_party_id": "acme", "parser_id": "orders", "runtime": "cobol"},
}
MESSAGE = Message(json.dumps(EVENT).encode(), wire.STRUCTURED)


def letter(message: Message, why: DeadLetter = WHY, arrived: int = NOW) -> dict[str, Any]:
    delivery = Delivery(message, None, arrived)
    return dict(json.loads(dead_letter(delivery, why, read_event(message))))


def test_it_says_what_was_given_up_and_why() -> None:
    made = letter(MESSAGE)
    data = made.pop("data")

    assert made.pop("id").endswith(".dead.letter")
    assert made == {
        "specversion": "1.0",
        "source": "network.notifi.lambda",
        "type": DEAD_LETTER,
        "subject": "orders",
        "time": "2026-03-01T13:00:00Z",
        "datacontenttype": "application/json",
    }
    assert data == {
        "third_party_id": "acme",
        "parser_id": "orders",
        "reason": "invalid",
        "detail": WHY.detail,
        "type": "network.notifi.lambda.build.start",
        "event": MESSAGE.body.decode(),
        "content_type": wire.STRUCTURED,
        "headers": {},
    }


def test_what_came_in_headers_is_kept_beside_the_body() -> None:
    headers = {"ce-type": "t", "ce-source": "größer", "ce-id": b"\xff1"}
    data = letter(Message(b"{}", "application/json", headers))["data"]

    assert data["headers"] == {"ce-type": "t", "ce-source": "größer", "ce-id": "\\xff1"}
    assert (data["event"], data["content_type"]) == ("{}", "application/json")


def test_a_body_that_is_no_text_is_kept_in_base64() -> None:
    data = letter(Message(b"\xff\x00", "application/octet-stream"))["data"]

    assert "event" not in data
    assert base64.b64decode(data["event_base64"]) == b"\xff\x00"


def test_of_what_cannot_be_read_nothing_is_said() -> None:
    made = letter(Message(b"no event"))

    assert "subject" not in made
    assert made["time"] == "2027-01-15T08:00:00Z"
    assert made["data"].keys() == {"reason", "detail", "event", "content_type", "headers"}


def test_a_repeat_has_the_same_id() -> None:
    again = Message(MESSAGE.body, wire.STRUCTURED)

    assert letter(MESSAGE)["id"] == letter(again, arrived=NOW + 1)["id"]


@pytest.mark.parametrize(
    "other",
    [
        Message(MESSAGE.body + b" ", wire.STRUCTURED),
        Message(MESSAGE.body, "application/json"),
        Message(MESSAGE.body, wire.STRUCTURED, {"ce-knativeerrordest": "http://orders"}),
    ],
    ids=["body", "content type", "headers"],
)
def test_another_message_has_another_id(other: Message) -> None:
    assert letter(MESSAGE)["id"] != letter(other)["id"]


def test_the_order_of_headers_makes_no_other_letter() -> None:
    one = Message(b"{}", "", {"ce-id": "1", "ce-type": "t"})
    other = Message(b"{}", "", {"ce-type": "t", "ce-id": "1"})

    assert letter(one) == letter(other)


@given(
    st.binary(max_size=80) | st.text(st.characters(codec="utf-8")).map(str.encode),
    st.sampled_from(["", "application/json", wire.STRUCTURED, "text/plain"]),
    st.dictionaries(
        st.from_regex(r"ce-[a-z]{1,8}", fullmatch=True),
        st.text(st.characters(codec="utf-8"), max_size=20) | st.binary(max_size=20),
        max_size=3,
    ),
    st.sampled_from(Rejection),
)
def test_whatever_came_its_letter_keeps_the_schema_and_can_be_read(
    body: bytes, content_type: str, headers: dict[str, object], rejection: Rejection
) -> None:
    message = Message(body, content_type, headers)
    made = letter(message, DeadLetter(rejection, "why"))

    assert published_faults(made) == []
    kept = made["data"].get("event")
    assert (
        kept.encode() if kept is not None else base64.b64decode(made["data"]["event_base64"])
    ) == body
    assert wire.decode(Message(json.dumps(made).encode(), wire.STRUCTURED)).id == made["id"]
