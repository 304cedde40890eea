"""Functions and their builds as a person reads them, in a list and one by one; and as programs."""

import json
from typing import Any

import attrs
import pytest
from support.domain import (
    DIGEST,
    FUNCTION,
    IMAGE,
    NOON,
    SECOND,
    build,
    deployed,
    key,
    operation,
    record,
    request_id,
    tombstone,
)

from knative_lambda.adapters.terminal.advice import FAILURES
from knative_lambda.adapters.terminal.build_facts import build_facts
from knative_lambda.adapters.terminal.build_story import build_story
from knative_lambda.adapters.terminal.function_facts import facts, summary
from knative_lambda.adapters.terminal.function_list import table
from knative_lambda.adapters.terminal.function_story import story
from knative_lambda.domain import names
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.record import (
    Build,
    OperationKind,
    Outcome,
    Phase,
    Record,
    Served,
)
from knative_lambda.ports.function_view import FunctionView, Serving
from knative_lambda.ports.trigger_sight import SeenTrigger

URL = "http://orders.test"
NOW = NOON + 3600 * SECOND
READY = Serving(ready=True, url=URL)
TRIGGER = SeenTrigger(name="lambda-t", attributes=(("type", "a"), ("source", "b")), ready=True)
SERVED = build(2, Phase.SETTLED)
FAILED = build(3, Phase.FAILED)
KNOWN = record(FAILED, build(1, Phase.SETTLED), SERVED, desired=deployed(2))
VIEW = FunctionView(KNOWN, READY, (TRIGGER,))


def row(view: FunctionView) -> list[str]:
    """The cells of its row in a list."""
    _head, line = table([view], NOW, None).splitlines()
    return line.split("  ")


def cells(view: FunctionView) -> list[str]:
    return [cell.strip() for cell in row(view) if cell.strip()]


def test_a_list_shows_what_is_served_and_what_was_asked_for_last() -> None:
    head, _ = table([VIEW], NOW, None).splitlines()
    assert head.split() == ["FUNCTION", "SERVES", "READY", "NEWEST", "PHASE", "AGE", "URL"]
    newest = FAILED.id[:8]
    assert cells(VIEW) == ["acme/orders", SERVED.id[:8], "yes", newest, "failed", "59m", URL]


@pytest.mark.parametrize(
    ("known", "serving", "shown"),
    [
        (record(), None, ["-", "-", "-", "-", "-", "-"]),
        (record(desired=tombstone(1)), None, ["deleted", "-", "-", "-", "-", "-"]),
        (
            record(desired=deployed(2)),
            Serving(ready=False, url=URL, message="it has\nended"),
            ["00000002", "no", "-", "-", "-", "it has\\nended"],
        ),
        (
            record(desired=deployed(2)),
            Serving(None, message="away"),
            ["00000002", "?", "-", "-", "-", "away"],
        ),
    ],
)
def test_what_is_not_so_is_shown_as_such(
    known: Record, serving: Serving | None, shown: list[str]
) -> None:
    assert cells(FunctionView(known, serving)) == ["acme/orders", *shown]


def test_a_line_of_a_list_fits_where_there_is_a_width() -> None:
    long = FunctionView(KNOWN, Serving(ready=False, message="x" * 500))
    assert max(map(len, table([long], NOW, 80).splitlines())) == 80
    assert "x" * 500 in table([long], NOW, None)


def test_a_story_has_everything_in_its_order() -> None:
    text = story(VIEW, NOW, None)
    pieces = [
        "Function acme/orders", names.service(FUNCTION), "build 00000002, since 2027-01-15T08:00",
        f"{IMAGE}@{DIGEST}", "yes", URL, "Triggers", "type=a, source=b  ready", "Builds",
        "00000001", "00000002", "now", "00000003", "failed", "build_exit: no", "Next",
        "knative-lambda explain 00000003",
    ]  # fmt: skip
    assert [piece for piece in pieces if piece not in text] == []
    found = [text.find(piece) for piece in ("Triggers", "Builds", "00000003  2027", "Next")]
    assert found == sorted(found)


def test_builds_are_in_columns_that_fit_where_there_is_a_width() -> None:
    wordy = build(
        3, Phase.FAILED, outcome=Outcome(ended_at=NOW, reason=Reason.LOST, detail="x" * 500)
    )
    text = story(FunctionView(record(wordy), None), NOW, 80)
    (row,) = (line for line in text.splitlines() if line.startswith("  00000003"))
    assert len(row) == 80
    assert "x" * 500 in story(FunctionView(record(wordy), None), NOW, None)


@pytest.mark.parametrize(
    ("known", "serving", "shown"),
    [
        (record(), None, "serves   nothing yet"),
        (record(desired=tombstone(1)), None, "serves   nothing: it was deleted, since"),
        (record(desired=deployed(2)), Serving(None, message="away"), "ready    ?: away"),
        (
            record(desired=deployed(2)),
            Serving(ready=False, message="no\x1b[2J"),
            "ready    no: no\\x1b[2J",
        ),
    ],
)
def test_a_story_says_what_is_not_served_and_why(
    known: Record, serving: Serving | None, shown: str
) -> None:
    assert shown in story(FunctionView(known, serving), NOW, None)


def test_a_trigger_says_why_it_is_not_ready() -> None:
    broken = attrs.evolve(TRIGGER, ready=False, message="no\x1bbroker")
    text = story(FunctionView(KNOWN, READY, (broken,)), NOW, None)
    assert "type=a, source=b  not ready: no\\x1bbroker" in text
    assert "Triggers" not in story(FunctionView(KNOWN, READY, None), NOW, None)


def test_deletes_and_rollbacks_are_told() -> None:
    back = operation(8, OperationKind.ROLLBACK, target=request_id(1))
    nowhere = operation(9, OperationKind.ROLLBACK, effective=False)
    known = record(nowhere, operation(7, reason="no\x1blonger"), back, desired=tombstone(7))
    lines = story(FunctionView(known, None), NOW, None).partition("rollbacks\n")[2].splitlines()
    assert [line.split("Z  ")[1] for line in lines] == [
        "delete: no\\x1blonger",
        "rollback to 00000001",
        "rollback to nothing, without effect",
    ]


@pytest.mark.parametrize(
    ("phase", "changes", "why", "step"),
    [
        (Phase.OPEN, {}, "-", "knative-lambda logs -f 00000003"),
        (Phase.FAILED, {}, "build_exit: no", FAILURES[Reason.BUILD_EXIT]),
        (Phase.CANCELLED, {}, "by 0000004d", "submit it again if it is still wanted"),
        (Phase.SUPERSEDED, {}, "by 0000004e", "a newer request has taken its place"),
        (Phase.COMPLETE, {}, "-", "it is about to be served"),
        (Phase.SETTLED, {"outcome": Outcome(ended_at=NOW, cached=True)}, "cached", ""),
    ],
)
def test_each_phase_says_why_and_what_to_do(
    phase: Phase, changes: dict[str, Any], why: str, step: str
) -> None:
    newest = build(3, phase, **changes)
    text = story(FunctionView(record(newest), None), NOW, None)
    row = next(line for line in text.splitlines() if line.startswith("  00000003"))
    assert row.endswith(why)
    assert step in text
    assert ("Next" in text) is bool(step)
    assert step in build_story(record(newest), newest, NOW)


def test_an_open_build_has_taken_as_long_as_it_is_there() -> None:
    one = build(3, Phase.OPEN)
    assert build_facts(record(one), one, NOW)["duration"] == "59m57s"


def test_what_a_build_did_to_the_service_is_told() -> None:
    past = build(1, Phase.SETTLED, served=Served.SUPERSEDED)
    text = story(FunctionView(record(past, desired=deployed(2)), READY), NOW, None)
    assert "  superseded  " in text


def test_the_story_of_a_build_has_all_that_is_known_and_nothing_else() -> None:
    wordy = attrs.evolve(
        FAILED, outcome=Outcome(ended_at=NOW, reason=Reason.BUILD_EXIT, detail="two\n\x1b[2Jlines")
    )
    text = build_story(KNOWN, wordy, NOW)
    assert text.startswith(f"Build {FAILED.id}\n  function")
    assert "Detail\n  two\n  \\x1b[2Jlines\n" in text
    assert "build_exit: two\n" in story(FunctionView(record(wordy), None), NOW, None)
    for piece in ("acme/orders", names.job(FUNCTION, FAILED.id), "failed", "build_exit", IMAGE):
        assert piece in text
    assert "correlation" not in text
    assert "None" not in text


def test_the_story_of_a_build_says_what_it_did_to_the_service() -> None:
    past = build(1, Phase.SETTLED, outcome=Outcome(ended_at=NOW, cached=True))
    known = record(past, SERVED, desired=deployed(2))
    assert "served     created" in build_story(known, past, NOW)
    assert "cached     yes" in build_story(known, past, NOW)
    assert "served     now" in build_story(known, SERVED, NOW)
    bare = Build(id=request_id(1), key=key(1), phase=Phase.OPEN, accepted_at=NOON)
    assert "served" not in build_story(record(bare), bare, NOW)


def test_facts_are_json_of_everything_the_oldest_request_first() -> None:
    known: Any = json.loads(json.dumps(facts(VIEW, NOW)))
    assert [known[name] for name in ("third_party_id", "parser_id")] == ["acme", "orders"]
    assert known["service"] == names.service(FUNCTION)
    assert (known["ready"], known["url"], known["message"]) == (True, URL, None)
    assert known["desired"]["build_id"] == SERVED.id
    assert [one["build_id"] for one in known["builds"]] == [request_id(n) for n in (1, 2, 3)]
    assert [one["desired"] for one in known["builds"]] == [False, True, False]
    assert (known["builds"][2]["reason"], known["builds"][2]["retryable"]) == ("build_exit", False)
    assert known["triggers"] == [
        {
            "name": "lambda-t",
            "attributes": {"type": "a", "source": "b"},
            "ready": True,
            "message": None,
        }
    ]
    assert known["operations"] == []


def test_facts_tell_what_is_not_there_as_null() -> None:
    known = facts(FunctionView(record(operation(1), desired=None), None), NOW)
    assert (known["desired"], known["ready"], known["triggers"]) == (None, None, None)
    assert known["operations"] == [
        {
            "request_id": request_id(1),
            "kind": "delete",
            "requested_at": "2027-01-15T08:00:01Z",
            "handled_at": "2027-01-15T08:00:00Z",
            "effective": True,
            "build_id": None,
            "reason": None,
            "correlation_id": None,
        }
    ]
    assert summary(FunctionView(record(), None), NOW)["newest"] is None


def test_facts_of_a_build_whose_content_is_unknown_have_nulls() -> None:
    bare = Build(id=request_id(1), key=key(1), phase=Phase.OPEN, accepted_at=NOON)
    known = build_facts(record(bare), bare, NOW)
    unknown = ("reason", "detail", "ended_at", "image_uri", "image_digest", "content_hash")
    assert [known[name] for name in unknown] == [None] * 6


def test_a_summary_has_the_newest_build_in_place_of_all() -> None:
    known = summary(VIEW, NOW)
    assert "builds" not in known
    assert isinstance(known["newest"], dict)
    assert known["newest"]["build_id"] == FAILED.id
