"""A dead letter as an event: what is known of the event that was given up, and the event itself."""

import json
from typing import Any

import pytest
from support.event_schemas import published_faults

from knative_lambda.adapters.http.letters import dead_letter, read
from knative_lambda.adapters.schemas import schema
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import DeadLetter
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Delivery, Message

LETTER: dict[str, Any] = schema("dead.letter")["examples"][0]
EXAMPLE: dict[str, Any] = schema("build.start")["examples"][0]
LEAST = {
    "reason": "malformed",
    "detail": "body: must be JSON",
    "content_type": "",
    "headers": {},
}


def letter(**data: object) -> dict[str, Any]:
    return {**LETTER, "data": {**LEAST, **data}}


@pytest.mark.parametrize("body", [{"event": "{"}, {"event_base64": "/w=="}], ids=str)
def test_a_dead_letter_may_name_nothing_but_its_event_and_its_reason(body: Any) -> None:
    event = letter(**body)
    del event["subject"]

    assert published_faults(event) == []


def test_a_dead_letter_holds_its_event_once() -> None:
    assert published_faults(letter())
    assert published_faults(letter(event="{", event_base64="ew=="))


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "because"},
        {"reason": None},
        {"detail": None},
        {"parser_id": "-"},
        {"headers": []},
    ],
    ids=str,
)
def test_a_dead_letter_of_another_form_breaks_its_schema(wrong: dict[str, object]) -> None:
    assert published_faults(letter(event="{", **wrong))


@pytest.mark.parametrize("body", [b"{", b"\xff", json.dumps(EXAMPLE).encode()], ids=str)
def test_what_is_given_up_keeps_the_schema(body: bytes) -> None:
    message = Message(body, wire.STRUCTURED, {"ce-id": b"\xff", "ce-n": 1})
    why = DeadLetter(Rejection.MALFORMED, "body: must be JSON")

    made = dead_letter(Delivery(message, None, 0), why, read(message))

    assert published_faults(json.loads(made)) == []
