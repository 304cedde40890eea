"""Dead letters as a person reads them, in a list and one by one; and as programs do."""

import json
from typing import Any

import attrs
import pytest

from knative_lambda.adapters.terminal.letter_advice import next_step, next_step_of_function
from knative_lambda.adapters.terminal.letter_facts import facts
from knative_lambda.adapters.terminal.letter_story import story
from knative_lambda.adapters.terminal.letters import Row, document, row, subject, table
from knative_lambda.adapters.terminal.table import age
from knative_lambda.application.replay import reading
from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.event_source import Failure, Message
from knative_lambda.ports.letters import Letter

SECOND = 1_000_000_000
NOON = 1_800_000_000 * SECOND  # 2027-01-15T08:00:00Z
ROW = Row(
    id="4f2a9c01b7de",
    kept_at=NOON - 3 * 3600 * SECOND,
    reason="invalid",
    detail="runtime: 'cobol': must be another",
    type="network.notifi.lambda.build.start",
    function=FunctionId("acme", "orders"),
    attempts=2,
    replays=1,
)
EVENT = {
    "specversion": "1.0",
    "id": "start-1",
    "source": "shop",
    "type": "network.notifi.lambda.build.start",
    "data": {
        "third_party_id": "acme",
        "parser_id": "orders",
        "source_url": "https://example.test/orders.git",
        "note": "größer",
    },
}
LETTER = Letter(
    id="4f2a9c01b7de",
    message=Message(
        json.dumps(EVENT).encode(),
        "application/cloudevents+json",
        {"type": "x", "n": 1},
        "m-1",
        NOON,
    ),
    properties={"app_id": "shop"},
    reason="retries_exhausted",
    detail="given up after 3 tries",
    arrived=NOON - 60 * SECOND,
    kept_at=NOON,
    attempts=2,
    failures=(Failure(NOON - 59 * SECOND, "away"), Failure(NOON - 30 * SECOND, "still\x1b away")),
)


def told(letter: Letter, *, now: int = NOON + 5 * SECOND) -> str:
    return story(letter, reading(letter.message, ""), "do this", now)


def test_a_table_has_a_head_and_a_row_each_in_columns() -> None:
    head, first, second = table([ROW, attrs.evolve(ROW, reason="stale")], NOON, None).splitlines()
    assert head.split() == [
        "ID", "AGE", "REASON", "TYPE", "FUNCTION", "ATTEMPTS", "REPLAYS", "DETAIL",
    ]  # fmt: skip
    cells = ["4f2a9c01b7de", "3h", "invalid", "build.start", "acme/orders", "2", "1", "runtime:"]
    assert first.split()[:8] == cells
    assert first.index("build.start") == second.index("build.start") == head.index("TYPE")


def test_a_line_of_a_table_fits_where_there_is_a_width() -> None:
    rows = [attrs.evolve(ROW, detail="x" * 500)]
    assert max(map(len, table(rows, NOON, 80).splitlines())) == 80
    assert "x" * 500 in table(rows, NOON, None)


def test_a_stranger_cannot_break_a_table() -> None:
    strange = attrs.evolve(ROW, detail="a\nb\x1b[2J", type="\x1b" + "t" * 500)
    lines = table([strange], NOON, None).splitlines()
    assert len(lines) == 2
    assert "\x1b" not in lines[1]
    assert lines[1].index("a\\nb\\x1b") < 150


def test_what_is_not_known_is_a_dash_in_a_table() -> None:
    unknown = attrs.evolve(ROW, type=None, function=None, kept_at=None)
    assert table([unknown], NOON, None).splitlines()[1].split()[1:5] == ["?", "invalid", "-", "-"]
    assert subject(unknown) == "not an event"
    assert document(unknown)["dead_lettered"] is None


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-5, "0s"), (0, "0s"), (59, "59s"), (60, "1m"), (7199, "1h"), (86400 * 9, "9d")],
)
def test_an_age_is_in_its_largest_unit(seconds: int, shown: str) -> None:
    assert age(NOON, NOON + seconds * SECOND) == shown


def test_a_story_has_everything_in_its_order() -> None:
    text = told(LETTER)
    pieces = [
        "4f2a9c01b7de", "retries_exhausted", "given up after 3 tries", "acme/orders", "5s ago",
        "2027-01-15T07:59:00Z", "attempt 1 failed: away", "attempt 2 failed: still\\x1b away",
        "given up", "start-1", "app_id", '"note": "größer"', "do this",
    ]  # fmt: skip
    found = [text.find(piece) for piece in pieces]
    assert -1 not in found
    assert "\x1b" not in text


def test_a_story_counts_the_attempts_that_were_not_kept() -> None:
    text = told(attrs.evolve(LETTER, attempts=64, set_aside=1, replays=2))
    assert "attempt 1 failed" in text
    assert "(62 more failed)" in text
    assert "attempt 64 failed" in text
    assert "a limit made it wait: once" in text
    assert "sent again from here: 2 times" in text


def test_a_story_without_beginning_has_none() -> None:
    bare = Letter(id="0", message=Message(b""))
    text = told(bare)
    assert "unknown" in text
    assert "Story" not in text
    assert text.endswith("Body: 0 bytes\n\nNext\n  do this\n") or "Body" not in text


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"two\nlines\x1b", "  two\n  lines\\x1b\n"),
        (b"\xff\xfe", "  not text: --output json has it in base64\n"),
        (b"[" * 100_000, "  [[[["),
        (b'{"a":"\\u001b"}', '  {\n    "a": "\\u001b"\n  }\n'),
    ],
)
def test_a_body_is_shown_as_what_it_is(body: bytes, shown: str) -> None:
    assert shown in told(attrs.evolve(LETTER, message=Message(body)))


def test_a_refusal_is_told_beside_the_reason_unless_it_is_the_same() -> None:
    junk = attrs.evolve(LETTER, message=Message(b"hello", "text/plain"))
    refusal = str(reading(junk.message, "").refusal)
    assert told(junk).count(refusal) == 1
    assert "still refused" in told(junk)
    assert "still refused" not in told(attrs.evolve(junk, detail=refusal))


def test_the_facts_are_json_and_hold_the_body_whole() -> None:
    known: Any = json.loads(json.dumps(facts(LETTER, reading(LETTER.message, ""), "do this")))
    assert known["body"].encode() == LETTER.message.body
    assert known["failures"][1] == {"at": "2027-01-15T07:59:30Z", "cause": "still\x1b away"}
    assert known["attributes"]["id"] == "start-1"
    assert known["headers"] == {"type": "x", "n": 1}
    assert known["properties"] == {
        "content_type": "application/cloudevents+json",
        "message_id": "m-1",
        "timestamp": "2027-01-15T08:00:00Z",
        "app_id": "shop",
    }
    assert (known["third_party_id"], known["next"], known["refusal"]) == ("acme", "do this", None)


def test_what_json_does_not_have_is_a_fact_in_another_form() -> None:
    headers = {
        "bytes": bytearray(b"\xff"),
        "list": [float("inf"), {"n": None}],
        "odd": {1, },
    }  # fmt: skip
    strange = attrs.evolve(LETTER, message=Message(b"\xff", headers=headers))
    known = facts(strange, reading(strange.message, ""), "")
    assert known["body_base64"] == "/w=="
    assert known["headers"] == {"bytes": "base64:/w==", "list": ["inf", {"n": None}], "odd": "{1}"}


def test_the_next_step_names_the_letter() -> None:
    well, junk = reading(LETTER.message, ""), reading(Message(b"", "text/plain"), "")
    stale = attrs.evolve(LETTER, reason="stale")
    replay, purge = f"dlq replay {LETTER.id}", f"dlq purge {LETTER.id}"
    assert replay in next_step(LETTER, well)
    assert purge in next_step(LETTER, junk)
    assert purge in next_step(stale, well)
    assert "new event" in next_step(stale, well)
    assert f"dlq purge --functions {LETTER.id}" in next_step_of_function(LETTER)


def test_a_row_is_made_of_a_letter_and_what_it_says() -> None:
    made = row(LETTER, reading(LETTER.message, ""))
    assert (made.type, made.function) == (EVENT["type"], FunctionId("acme", "orders"))
    assert subject(made) == "build.start acme/orders"
