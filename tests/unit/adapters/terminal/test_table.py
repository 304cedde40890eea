"""Tables fit the window, and what one copies from them is whole."""

import re

import attrs
import pytest
from support.domain import NOON, SECOND, build, deployed, record

from knative_lambda.adapters.terminal import function_list, letters
from knative_lambda.adapters.terminal.function_story import story
from knative_lambda.adapters.terminal.letters import Row
from knative_lambda.adapters.terminal.table import Column, Table
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Outcome, Phase
from knative_lambda.ports.function_view import FunctionView, Serving

SHORT = FunctionId("acme", "orders")
LONG = FunctionId("acme-international-logistics", "orders-of-the-northern-region")
LONGEST = FunctionId("a" * 63, "b" * 63)
NOW = NOON + 3600 * SECOND
URL = "http://lambda-acme-orders-2fbaa0c7.knative-lambda.svc.cluster.example.com"
WIDTHS = (60, 80, 120, 200)


def listed(function: FunctionId, width: int | None) -> list[str]:
    known = attrs.evolve(record(build(3, Phase.FAILED), desired=deployed(2)), function=function)
    views = [FunctionView(known, Serving(ready=True, url=URL))] * 2
    return function_list.table(views, NOW, width).splitlines()


def letters_of(function: FunctionId, width: int | None) -> list[str]:
    row = Row(
        id="4f2a9c01b7de",
        kept_at=NOON,
        reason="retries_exhausted",
        detail="S3 answers 503: " * 20,
        type="network.notifi.lambda.build.start",
        function=function,
        attempts=64,
        replays=1,
    )
    return letters.table([row, row], NOW, width).splitlines()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("function", [SHORT, LONG, LONGEST])
@pytest.mark.parametrize("table", [listed, letters_of])
def test_no_line_is_longer_than_the_window_unless_an_id_is(
    table: type, function: FunctionId, width: int
) -> None:
    name = f"{function.third_party_id}/{function.parser_id}"
    lines: list[str] = table(function, width)
    assert [line for line in lines if len(line) > width and name not in line] == []
    long = [line for line in lines if len(line) > width]
    assert long == [] or len(f"4f2a9c01b7de  {name}") > width
    assert sum(name in line.split() for line in lines) == 2


@pytest.mark.parametrize("width", WIDTHS)
def test_builds_of_a_story_fit_with_their_reasons(width: int) -> None:
    outcome = Outcome(ended_at=NOON + SECOND, reason=Reason.LOST, detail="x" * 300)
    failed = build(3, Phase.FAILED, outcome=outcome)
    text = story(FunctionView(record(failed), None), NOW, width)
    (row,) = (line for line in text.splitlines() if line.startswith("  00000003"))
    assert len(row) <= width
    assert "failed" in row
    assert "lost: x" in row


@pytest.mark.parametrize("table", [listed, letters_of])
def test_in_a_pipe_nothing_is_left_out_and_each_row_is_a_line(table: type) -> None:
    lines: list[str] = table(LONGEST, None)
    assert len(lines) == 3
    assert lines[1].endswith((URL, "S3 answers 503: S3 answers 503:"))


def test_what_has_no_room_is_left_out_in_its_order() -> None:
    table = Table(tuple(map(Column, ("A", "B", "C"))), spare=("B", "C"))
    rows = [("a" * 10, "b" * 10, "c" * 10)]
    heads = {width: next(table.lines(rows, width)).split() for width in (40, 30, 20)}
    assert heads == {40: ["A", "B", "C"], 30: ["A", "C"], 20: ["A"]}


def test_where_ids_take_the_room_the_rest_of_a_row_stands_below() -> None:
    lines = listed(LONG, 60)
    assert lines[0] == "FUNCTION"
    assert lines[1].split() == ["SERVES", "READY", "NEWEST", "PHASE", "AGE", "URL"]
    assert lines[2] == f"{LONG.third_party_id}/{LONG.parser_id}"
    assert lines[3].split() == [
        "00000002",
        "yes",
        "00000003",
        "failed",
        "59m",
        "http://lambda-acm…",
    ]


def test_words_for_states_have_colours_and_keep_their_columns() -> None:
    table = Table((Column("NAME", whole=True), Column("PHASE", states=True), Column("MORE")))
    rows = [("failed", "failed", "failed"), ("b", "complete", "x"), ("c", "superseded", "x")]
    plain = list(table.lines(rows, None))
    bright = list(table.lines(rows, None, coloured=True))
    assert [re.sub("\x1b\\[[0-9]*m", "", line) for line in bright] == plain
    assert bright[1] == "failed  \x1b[31mfailed\x1b[0m      failed"
    assert "\x1b[32mcomplete\x1b[0m" in bright[2]
    assert "\x1b" not in bright[0] + bright[3]
