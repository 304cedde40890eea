"""Dead letters: why each is one, and what it has been through."""

import attrs
from support.domain import FUNCTION, NOON, SECOND

from knative_lambda.adapters.console.letter_views import letter_list, letter_page, letter_row
from knative_lambda.ports.event_source import Failure, Message
from knative_lambda.ports.letter_notes import LetterNote
from knative_lambda.ports.letters import Letter

LETTER = Letter(
    id="0a1b2c",
    message=Message(b""),
    reason="retries_exhausted",
    detail="given up\nafter 9 tries",
    arrived=NOON,
    kept_at=NOON + 60 * SECOND,
    attempts=9,
    replays=2,
    failures=(Failure(NOON, "away"), Failure(NOON + 50 * SECOND, "away still")),
)
NOTE = LetterNote(
    letter=LETTER,
    type="network.notifi.lambda.build.start",
    source="shop",
    event_id="1",
    function=FUNCTION,
    refusal="runtime: none",
    size=4,
    body="{}",
)


def test_a_row_tells_why_in_a_line() -> None:
    row = letter_row(NOTE)
    assert (row.kind, row.reason, row.detail) == ("build.start", "retries_exhausted", "given up")
    assert (row.function, row.attempts, row.kept_at) == (FUNCTION, 9, LETTER.kept_at)
    assert letter_list([NOTE], 5).known == 5


def test_a_row_of_what_is_no_event_says_so() -> None:
    bare = LetterNote(letter=attrs.evolve(LETTER, detail="", kept_at=None))
    row = letter_row(bare)
    assert (row.kind, row.function, row.detail, row.kept_at) == ("", None, "", None)


def test_a_page_tells_what_it_has_been_through_with_the_numbers_of_its_attempts() -> None:
    assert [what for _, what in letter_page(NOTE).story] == [
        "it came",
        "attempt 1 failed: away",
        "attempt 9 failed: away still",
        "it was given up",
    ]
    known = attrs.evolve(LETTER, arrived=None, kept_at=None, failures=(), attempts=0)
    assert letter_page(attrs.evolve(NOTE, letter=known)).story == ()


def test_what_is_known_is_told_once() -> None:
    page = letter_page(NOTE)
    assert page.refusal == "runtime: none"
    assert dict(page.facts)["Replays"] == "2"
    same = attrs.evolve(NOTE, refusal=LETTER.detail, letter=attrs.evolve(LETTER, replays=0))
    assert letter_page(same).refusal is None
    assert "Replays" not in dict(letter_page(same).facts)


def test_what_is_not_shown_of_a_body_is_said() -> None:
    assert letter_page(NOTE).remark == ""
    assert "no text" in letter_page(attrs.evolve(NOTE, body=None)).remark
    assert "not all of it" in letter_page(attrs.evolve(NOTE, is_cut=True)).remark
