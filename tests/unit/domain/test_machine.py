"""The table of transitions, cell by cell, against what was written out by hand."""

from itertools import product

import pytest
from hypothesis import given
from support.domain import (
    CONCLUDED,
    EVENT_CLASSES,
    event,
    histories,
    record,
    request_id,
    told,
)
from support.transition_rows import ROWS
from support.transitions import Row

from knative_lambda.domain import events
from knative_lambda.domain.events import Event
from knative_lambda.domain.machine import TRANSITIONS, Rule, decide
from knative_lambda.domain.record import Phase, Record

CELLS = list(product(Phase, EVENT_CLASSES))
CELL_IDS = [f"{phase.value}-{kind.__name__}" for phase, kind in CELLS]


def taken(record: Record, event: Event) -> int | None:
    """Which rule of its cell *event* meets."""
    cell = TRANSITIONS[record.phase(event.request_id)][type(event)]
    return next((i for i, rule in enumerate(cell) if rule.when(record, event)), None)


def rules(phase: Phase) -> list[Rule]:
    return [rule for cell in TRANSITIONS[phase].values() for rule in cell]


@pytest.mark.parametrize(("phase", "kind"), CELLS, ids=CELL_IDS)
def test_each_cell_exists_and_is_written_down(phase: Phase, kind: type[Event]) -> None:
    assert kind in TRANSITIONS[phase]
    assert any(row.before is phase and row.kind is kind for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_row_leads_where_it_must_and_asks_for_what_it_must(row: Row) -> None:
    assert row.record.phase(request_id(5)) is row.before

    after, effects = decide(row.record, row.event)

    assert (after.phase(request_id(5)), told(effects)) == (row.after, row.asked)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_rule_leads_to_the_phase_it_names(row: Row) -> None:
    met = taken(row.record, row.event)

    after, effects = decide(row.record, row.event)

    if met is None:
        assert (after, effects) == (row.record, ())
    else:
        assert after.phase(request_id(5)) is TRANSITIONS[row.before][row.kind][met].to


@pytest.mark.parametrize(("phase", "kind"), CELLS, ids=CELL_IDS)
def test_each_rule_can_be_met(phase: Phase, kind: type[Event]) -> None:
    met = {taken(row.record, row.event) for row in ROWS if row.before is phase and row.kind is kind}

    assert set(range(len(TRANSITIONS[phase][kind]))) <= met


@pytest.mark.parametrize("phase", [*CONCLUDED, Phase.SETTLED])
def test_a_build_that_ended_never_opens_again(phase: Phase) -> None:
    assert {rule.to for rule in rules(phase)} <= {phase, Phase.SETTLED}


def test_an_operation_stays_applied() -> None:
    assert {rule.to for rule in rules(Phase.APPLIED)} == {Phase.APPLIED}


def test_every_phase_is_reached_from_the_empty_record() -> None:
    stored = event(events.ContextStored)
    ways: dict[Phase, list[Event]] = {
        Phase.UNKNOWN: [event(events.BuildRequested)],
        Phase.OPEN: [stored],
        Phase.COMPLETE: [stored, event(events.BuildEnded)],
        Phase.FAILED: [event(events.SourceRefused)],
        Phase.CANCELLED: [stored, event(events.CancelRequested)],
        Phase.SUPERSEDED: [stored, event(events.ContextStored, 6)],
        Phase.SETTLED: [stored, event(events.BuildEnded), event(events.CompletionHeard)],
        Phase.APPLIED: [event(events.DeleteRequested)],
    }
    assert set(ways) == set(Phase)
    for phase, way in ways.items():
        known = record()
        for happening in way:
            known, _ = decide(known, happening)
        assert known.phase(request_id(5)) is phase


@given(history=histories())
def test_no_history_raises_or_leaves_two_builds_open(history: list[Event]) -> None:
    known = record()
    for happening in history:
        before, asked = known.phase(happening.request_id), taken(known, happening)
        after, effects = decide(known, happening)
        if asked is None:
            assert (after, effects) == (known, ())
        else:
            rule = TRANSITIONS[before][type(happening)][asked]
            assert after.phase(happening.request_id) is rule.to
        known = after
        assert sum(b.phase is Phase.OPEN for b in known.builds.values()) <= 1
