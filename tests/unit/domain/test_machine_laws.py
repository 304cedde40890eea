"""The laws, as far as the core alone must keep them, over any events in any order."""

from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st
from support.domain import (
    DIGEST,
    NOON,
    SECOND,
    build,
    deployed,
    event,
    histories,
    key,
    record,
    request_id,
)

from knative_lambda.domain import events
from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.effects import KeepDependencies, Publish
from knative_lambda.domain.events import Event
from knative_lambda.domain.keys import Key
from knative_lambda.domain.machine import decide
from knative_lambda.domain.record import DesiredKind, Outcome, Phase, Record

SERVING = (events.CompletionHeard, events.DeleteRequested, events.RollbackRequested)
ENDINGS: tuple[type[Event], ...] = (
    events.BuildRequested,
    events.ContextStored,
    events.ImageFound,
    events.ImageAppended,
    events.SourceRefused,
    events.BuildEnded,
    events.CompletionHeard,
    events.FailureHeard,
)


def played(known: Record, history: list[Event]) -> Record:
    for happening in history:
        known, _ = decide(known, happening)
    return known


def later(happening: Event) -> Event:
    """The same, delivered again ten minutes later."""
    fields: dict[str, Any] = {"now": NOON + 600 * SECOND} if hasattr(happening, "now") else {}
    repeated: Event = attrs.evolve(happening, **fields)
    return repeated


@given(history=histories())
@settings(max_examples=300)
def test_law_1_an_outcome_once_recorded_never_changes(history: list[Event]) -> None:
    known = record()
    seen: dict[str, tuple[Phase, Outcome]] = {}
    for happening in history:
        known, _ = decide(known, happening)
        for made in known.builds.values():
            if made.outcome is not None:
                assert seen.setdefault(made.id, (made.phase, made.outcome)) == (
                    made.phase,
                    made.outcome,
                )
    assert seen.keys() <= known.builds.keys()


def test_law_1_settling_a_build_leaves_its_outcome_as_it_was() -> None:
    cached, _ = decide(record(), event(events.ImageFound))

    settled, _ = decide(cached, later(event(events.CompletionHeard)))

    assert settled.builds[request_id(5)].settled
    assert settled.builds[request_id(5)].outcome == cached.builds[request_id(5)].outcome


@given(history=histories())
def test_law_1_all_that_is_said_of_one_build_under_one_id_is_the_same(
    history: list[Event],
) -> None:
    known = record()
    said: dict[str, Announcement] = {}
    for happening in history:
        known, effects = decide(known, happening)
        for effect in effects:
            if isinstance(effect, Publish):
                announced = effect.announcement
                assert said.setdefault(announced.id, announced) == announced


@given(history=histories())
def test_law_2_an_event_twice_in_a_row_changes_nothing_the_second_time(
    history: list[Event],
) -> None:
    known = record()
    for happening in history:
        known, _ = decide(known, happening)
        # Each time that a Job has to wait, or is told again, is one of its own; nobody delivers it.
        if not isinstance(happening, events.JobDelayed | events.OutcomeRetold):
            assert decide(known, later(happening))[0] == known


@given(history=histories(), choice=st.data())
def test_law_2_what_was_let_in_once_changes_nothing_whenever_it_is_repeated(
    history: list[Event], choice: st.DataObject
) -> None:
    known: Record = record()
    let_in: list[Event] = []
    for happening in history:
        known, _ = decide(known, happening)
        # What its own effects come to, the loop notes itself: it is never delivered.
        if known.phase(happening.request_id) is not Phase.UNKNOWN and not isinstance(
            happening, events.RemainsRemoved | events.JobDelayed | events.OutcomeRetold
        ):
            let_in.append(happening)
    if let_in:
        repeat = later(choice.draw(st.sampled_from(let_in)))
        assert decide(known, repeat)[0] == known


@given(
    order=st.permutations(range(5)),
    ats=st.lists(st.integers(0, 3), min_size=5, max_size=5),
    known=st.sets(st.integers(0, 4)),
)
def test_law_3_the_newest_wins_in_whatever_order_completions_arrive(
    order: list[int], ats: list[int], known: set[int]
) -> None:
    keys = {number: key(number, NOON + at) for number, at in enumerate(ats)}
    world = record(*(build(n, Phase.COMPLETE, key=keys[n]) for n in sorted(known)))
    highest: list[Key] = []
    for number in order:
        world, _ = decide(world, event(events.CompletionHeard, number, key=keys[number]))
        assert world.desired is not None
        highest.append(world.desired.key)

    assert highest == sorted(highest)
    assert world.desired is not None
    assert world.desired.build == max(keys.values()).id


@given(history=histories())
def test_law_3_what_is_desired_is_only_ever_replaced_by_something_newer(
    history: list[Event],
) -> None:
    known = record()
    for happening in history:
        after, _ = decide(known, happening)
        if known.desired is not None and after.desired != known.desired:
            assert after.desired is not None
            assert after.desired.key > known.desired.key
        known = after


def about_builds(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[list[Event]]:
    """Starts and ends of builds, in any order."""
    return st.lists(st.builds(event, st.sampled_from(ENDINGS), numbers), max_size=12)


@given(before=about_builds(st.integers(1, 3)), after=about_builds(st.integers(1, 3)))
def test_law_4_no_build_brings_back_what_was_deleted_after_it_was_asked_for(
    before: list[Event], after: list[Event]
) -> None:
    deleted, _ = decide(played(record(), before), event(events.DeleteRequested, 9))

    end = played(deleted, after)

    assert end.desired is not None
    assert (end.desired.kind, end.desired.by) == (DesiredKind.DELETED, request_id(9))
    assert not any(made.phase is Phase.OPEN for made in end.builds.values())


@given(before=about_builds(st.integers(3, 5)), after=about_builds(st.integers(3, 5)))
def test_law_4_no_build_undoes_a_rollback_that_was_asked_for_after_it(
    before: list[Event], after: list[Event]
) -> None:
    served = record(build(1, Phase.SETTLED), build(2, Phase.SETTLED), desired=deployed(2))
    back = event(events.RollbackRequested, 9, target=request_id(1), digest=DIGEST)

    end = played(decide(played(served, before), back)[0], after)

    assert end.desired is not None
    assert (end.desired.build, end.desired.by) == (request_id(1), request_id(9))


@given(started=st.booleans(), after=about_builds(st.just(1)))
def test_law_4_a_cancel_wins_even_if_it_overtakes_its_own_start(
    started: bool,  # noqa: FBT001  hypothesis draws it
    after: list[Event],
) -> None:
    known = record(build(1, Phase.OPEN)) if started else record()
    cancelled, _ = decide(known, event(events.CancelRequested, 1))

    end = played(cancelled, after)

    assert end.builds[request_id(1)].phase is Phase.CANCELLED
    assert end.desired is None


@given(before=about_builds(st.integers(1, 3)))
def test_law_4_what_is_newer_than_a_delete_is_served_again(before: list[Event]) -> None:
    deleted, _ = decide(played(record(), before), event(events.DeleteRequested, 4))

    end = played(deleted, [event(events.ImageFound, 5), event(events.CompletionHeard, 5)])

    assert end.desired is not None
    assert end.desired.build == request_id(5)


@given(history=histories())
def test_law_6_a_failed_build_keeps_no_dependencies(history: list[Event]) -> None:
    known = record()
    for happening in history:
        known, effects = decide(known, happening)
        for effect in effects:
            if isinstance(effect, KeepDependencies):
                assert known.builds[happening.request_id].phase is Phase.COMPLETE


@given(history=histories())
def test_law_6_only_a_completion_a_delete_and_a_rollback_touch_what_is_served(
    history: list[Event],
) -> None:
    known = record()
    for happening in history:
        after, effects = decide(known, happening)
        if not isinstance(happening, SERVING):
            assert after.desired == known.desired
            assert "Converge" not in {type(effect).__name__ for effect in effects}
        known = after


@given(history=histories())
def test_law_6_only_a_complete_build_is_ever_desired(history: list[Event]) -> None:
    known = played(record(), history)

    if known.desired is not None and known.desired.build is not None:
        assert known.builds[known.desired.build].phase is Phase.COMPLETE
