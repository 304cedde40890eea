"""Which dead letters are meant is said in one way, and never guessed."""

from typing import Any

import attrs
import pytest

from knative_lambda.application.letter_selection import NoLetterError, Selection, Sought
from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.letters import Letter, Reading

SECOND = 1_000_000_000
HOUR = 3600.0
NOON = 1_800_000_000 * SECOND
LETTER = Letter(
    id="4f2a9c01b7de",
    message=Message(b""),
    reason="invalid",
    kept_at=NOON - int(2 * HOUR) * SECOND,
)
EVENT = CloudEvent(id="1", source="shop", type="network.notifi.lambda.build.start", data=None)
READING = Reading(EVENT, FunctionId("acme", "orders"), None)


@pytest.mark.parametrize(
    ("asked", "passes"),
    [
        ({}, True),
        ({"reason": "invalid"}, True),
        ({"reason": "stale"}, False),
        ({"type": "build.start"}, True),
        ({"type": "network.notifi.lambda.build.start"}, True),
        ({"type": "start"}, False),
        ({"tenant": "acme"}, True),
        ({"tenant": "globex"}, False),
        ({"older_than": HOUR}, True),
        ({"older_than": 3 * HOUR}, False),
        ({"newer_than": 3 * HOUR}, True),
        ({"newer_than": HOUR}, False),
        ({"older_than": HOUR, "newer_than": 3 * HOUR, "reason": "invalid"}, True),
        ({"tenant": "acme", "reason": "stale"}, False),
    ],
)
def test_all_filters_must_let_it_through(asked: dict[str, Any], passes: bool) -> None:  # noqa: FBT001 - a row of the table
    assert Selection(**asked).passes(LETTER, READING, NOON) is passes


@pytest.mark.parametrize(
    "asked", [{"older_than": HOUR}, {"newer_than": HOUR}, {"tenant": "acme"}, {"type": "x"}]
)
def test_what_is_not_known_passes_no_filter(asked: dict[str, Any]) -> None:
    letter, said = attrs.evolve(LETTER, kept_at=None), Reading(None, None, None)
    assert not Selection(**asked).passes(letter, said, NOON)
    assert Selection().passes(letter, said, NOON)


def test_ids_may_be_given_by_how_they_begin_in_any_case() -> None:
    sought = Sought[str](("4F2", "0a"))
    for letter_id in ("4f2a9c01b7de", "0a0000000000", "770000000000"):
        sought.see(letter_id, letter_id)
    assert sought.found() == ["4f2a9c01b7de", "0a0000000000"]


def test_the_same_letter_is_found_once_however_often_it_is_named() -> None:
    sought = Sought[str](("4f", "4f2a9c01b7de"))
    sought.see("4f2a9c01b7de", "it")
    assert sought.found() == ["it"]


def test_copies_of_a_letter_are_all_found() -> None:
    sought = Sought[str](("4f",))
    sought.see("4f2a9c01b7de", "one")
    sought.see("4f2a9c01b7de", "other")
    assert sought.found() == ["one", "other"]


def test_what_begins_several_ids_is_told_with_them_and_keeps_none() -> None:
    sought = Sought[str](("4",))
    sought.see("4f2a9c01b7de", "one")
    sought.see("400000000000", "other")
    assert not any(things for found in sought._found.values() for things in found.values())
    with pytest.raises(NoLetterError, match=r"'4'.*several.*: 400000000000, 4f2a9c01b7de"):
        sought.found()


@pytest.mark.parametrize("text", ["9", "", "4f2a9c01b7de0"])
def test_what_is_no_id_is_told_where_to_find_one(text: str) -> None:
    sought = Sought[str]((text,))
    sought.see("4f2a9c01b7de", "it")
    with pytest.raises(NoLetterError, match="see knative-lambda dlq list"):
        sought.found()


def test_an_ambiguous_id_keeps_nothing_that_comes_later() -> None:
    sought = Sought[str](("4",))
    for letter_id in ("41", "42", "41"):
        sought.see(letter_id, letter_id)
    assert not any(things for found in sought._found.values() for things in found.values())
