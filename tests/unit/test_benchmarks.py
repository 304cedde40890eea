"""How benchmarks tell what they found: a missed budget must not look like one that is met."""

import json

import attrs
import pytest

from benchmarks.frame.interleaved import Figures, Rounds, interleaved
from benchmarks.frame.report import Budget, Report, Row, from_json, table, to_json, told

HALF = Row("speed", "/s", 500.0, 1000.0, "peer", Budget("at least", 0.6))
FITS = Row("memory", "MB", 40.0, 64.0, "limit", Budget("at most", 1))
EXPLAINS = Row("CPU", "ms", 2.0, 1.0, "peer")


@pytest.mark.parametrize(
    ("row", "missed", "status"),
    [(HALF, True, "missed"), (FITS, False, "met"), (EXPLAINS, False, "")],
)
def test_a_row_says_whether_its_budget_is_met(row: Row, *, missed: bool, status: str) -> None:
    assert (row.missed, row.cells[-1]) == (missed, status)


@pytest.mark.parametrize(("ours", "missed"), [(0.0, False), (1.0, True)])
def test_a_limit_of_nothing_is_missed_by_anything(ours: float, *, missed: bool) -> None:
    assert Row("calls", "", ours, 0.0, "limit", Budget("at most", 1)).missed is missed


@pytest.mark.parametrize(("rows", "missed"), [((FITS, EXPLAINS), False), ((FITS, HALF), True)])
def test_a_report_misses_what_one_of_its_rows_does(rows: tuple[Row, ...], *, missed: bool) -> None:
    assert Report(rows).missed is missed


def test_a_report_is_the_same_in_another_process() -> None:
    report = Report((HALF, FITS, EXPLAINS), ("a note",))

    assert from_json(json.loads(json.dumps(to_json(report)))) == report


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (0.58989, "0.5899"),
        (41.816, "41.82"),
        (999.94, "999.9"),
        (1642.4, "1,642"),
        (39434, "39,434"),
    ],
)
def test_a_figure_is_told_in_four_digits_or_to_the_point(figure: float, words: str) -> None:
    assert told(figure) == words


def test_a_table_has_a_line_for_each_row() -> None:
    assert table([HALF]) == (
        "| what  | ours   | beside          | ratio | budget       | status |\n"
        "| ----- | ------ | --------------- | ----- | ------------ | ------ |\n"
        "| speed | 500 /s | 1,000 /s (peer) | 0.50  | at least 0.6 | missed |"
    )


async def test_sides_take_turns_and_their_medians_count() -> None:
    turns: list[str] = []

    async def side(name: str) -> Figures:
        turns.append(name)
        return {"rate": float(len(turns))}

    measured = await interleaved(3, {"ours": lambda: side("ours"), "bare": lambda: side("bare")})

    assert turns == ["ours", "bare", "bare", "ours", "ours", "bare"]
    assert (measured.median("ours", "rate"), measured.median("bare", "rate")) == (4, 3)
    assert measured.spread("ours", "rate") == "1 to 5"


def test_of_pairs_the_median_of_their_ratios_counts() -> None:
    rates = {"ours": (8.0, 90.0, 4.0), "bare": (10.0, 100.0, 8.0)}
    pairs = Rounds({side: [{"rate": rate} for rate in of] for side, of in rates.items()})

    row = attrs.evolve(HALF, paired=pairs.ratio("ours", "bare", "rate"))
    assert (row.ratio, row.missed, row.cells[-3]) == (0.8, False, "0.80")
