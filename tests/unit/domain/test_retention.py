"""What a record forgets, and when."""

import attrs
import pytest
from support.domain import (
    CONFIG,
    DIGEST,
    NOON,
    build,
    deployed,
    event,
    key,
    operation,
    record,
    request_id,
    tombstone,
)

from knative_lambda.domain.events import BuildRequested, RollbackRequested
from knative_lambda.domain.keys import Key
from knative_lambda.domain.machine import decide
from knative_lambda.domain.record import DesiredKind, Outcome, Phase, Record
from knative_lambda.domain.retention import (
    DELETED_KEPT_FOR,
    REQUESTS_KEPT,
    REQUESTS_KEPT_FOR,
    ROLLBACK_TARGETS,
    forgotten,
    trimmed,
)

DAY = 24 * 3600 * 1_000_000_000


def configured(known: Record) -> set[str]:
    return {made.id for made in known.builds.values() if made.config is not None}


def test_the_limits_are_the_documented_ones() -> None:
    assert (ROLLBACK_TARGETS, REQUESTS_KEPT) == (10, 200)
    assert (REQUESTS_KEPT_FOR, DELETED_KEPT_FOR) == (7 * DAY, 30 * DAY)


def test_the_configurations_of_the_ten_newest_complete_builds_stay() -> None:
    known = trimmed(record(*(build(number, Phase.SETTLED) for number in range(15))))

    assert configured(known) == {request_id(number) for number in range(5, 15)}
    assert len(known.builds) == 15


def test_the_configuration_of_what_is_served_and_was_served_before_stays() -> None:
    served = deployed(1, previous=request_id(0), by=request_id(20))
    known = record(*(build(number, Phase.SETTLED) for number in range(15)), desired=served)

    kept = configured(trimmed(known))

    assert {request_id(0), request_id(1)} <= kept
    back = event(RollbackRequested, 30, target=request_id(0), digest=DIGEST)
    after, _ = decide(trimmed(known), back)
    assert after.desired is not None
    assert (after.desired.build, after.desired.config) == (request_id(0), CONFIG)


@pytest.mark.parametrize("phase", [Phase.FAILED, Phase.CANCELLED, Phase.SUPERSEDED])
def test_the_configuration_of_any_other_end_goes_once_it_is_settled(phase: Phase) -> None:
    settled, unsettled = build(1, phase, settled=True), build(2, phase)

    assert configured(trimmed(record(settled, unsettled))) == {request_id(2)}


def test_the_configuration_of_an_open_build_stays_however_old_it_is() -> None:
    newer = (build(number, Phase.SETTLED) for number in range(1, 15))

    assert request_id(0) in configured(trimmed(record(build(0, Phase.OPEN), *newer)))


def many(settled: bool = True) -> Record:  # noqa: FBT001, FBT002  two worlds of one shape
    """One request more than is kept, all of them ended at noon."""
    ended = Outcome(ended_at=NOON)
    return record(
        *(
            build(n, Phase.COMPLETE, settled=settled, outcome=ended)
            for n in range(REQUESTS_KEPT + 1)
        )
    )


def test_the_oldest_request_beyond_the_limit_is_forgotten_after_a_week() -> None:
    kept = forgotten(many(), NOON + REQUESTS_KEPT_FOR + 1)

    assert kept is not None
    assert many().builds.keys() - kept.builds.keys() == {request_id(0)}
    assert kept.horizon == key(0)


def test_nothing_is_forgotten_within_a_week() -> None:
    assert forgotten(many(), NOON + REQUESTS_KEPT_FOR) == many()


def test_nothing_is_forgotten_of_the_newest_two_hundred() -> None:
    few = record(*(build(n, Phase.SETTLED) for n in range(REQUESTS_KEPT)))

    assert forgotten(few, NOON + 365 * DAY) == few


def test_nothing_is_forgotten_whose_outcome_may_still_have_to_be_told() -> None:
    assert forgotten(many(settled=False), NOON + 365 * DAY) == many(settled=False)


def test_an_open_build_is_never_forgotten() -> None:
    known = many().with_build(build(0, Phase.OPEN))

    assert forgotten(known, NOON + 365 * DAY) == known


def test_a_settled_build_without_outcome_counts_from_its_acceptance() -> None:
    """Only a record that was damaged by hand has one."""
    known = many().with_build(build(0, Phase.SETTLED, outcome=None, accepted_at=NOON))

    kept = forgotten(known, NOON + REQUESTS_KEPT_FOR + 1)

    assert kept is not None
    assert request_id(0) not in kept.builds


@pytest.mark.parametrize("role", ["build", "previous", "by"])
def test_what_is_served_or_was_served_before_is_never_forgotten(role: str) -> None:
    named = {role: request_id(0)}
    known = attrs.evolve(many(), desired=deployed(REQUESTS_KEPT, **named))

    kept = forgotten(known, NOON + 365 * DAY)

    assert kept is not None
    assert request_id(0) in kept.builds


def test_an_old_operation_is_forgotten_and_raises_no_horizon() -> None:
    known = many().with_operation(operation(0))
    known = attrs.evolve(known, builds={k: v for k, v in known.builds.items() if v.key > key(0)})

    kept = forgotten(known, NOON + REQUESTS_KEPT_FOR + 1)
    fresh = forgotten(known, NOON + REQUESTS_KEPT_FOR)

    assert kept is not None
    assert fresh is not None
    assert (kept.operations, kept.horizon) == ({}, None)
    assert request_id(0) in fresh.operations


@pytest.mark.parametrize(("before", "after"), [(None, key(0)), (key(-1), key(0)), (key(7), key(7))])
def test_the_horizon_only_ever_rises(before: Key | None, after: Key) -> None:
    kept = forgotten(attrs.evolve(many(), horizon=before), NOON + 30 * DAY)

    assert kept is not None
    assert kept.horizon == after


def test_law_2_a_start_that_was_forgotten_is_not_built_again() -> None:
    kept = forgotten(many(), NOON + 30 * DAY)
    assert kept is not None

    after, effects = decide(kept, event(BuildRequested, 0))

    assert after == kept
    assert [type(effect).__name__ for effect in effects] == ["Reject"]


DELETED = record(build(1, Phase.SETTLED), operation(5), desired=tombstone(5))


def test_a_deleted_function_is_forgotten_whole_after_thirty_days() -> None:
    at = key(5).at + DELETED_KEPT_FOR

    assert forgotten(DELETED, at) is not None
    assert forgotten(DELETED, at + 1) is None


def test_a_function_that_is_served_is_never_forgotten_whole() -> None:
    assert forgotten(record(desired=deployed(5)), NOON + 365 * DAY) is not None
    assert forgotten(record(), NOON + 365 * DAY) is not None


@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.COMPLETE, Phase.FAILED])
def test_a_deleted_function_with_a_build_under_way_is_not_forgotten(phase: Phase) -> None:
    known = DELETED.with_build(build(9, phase))

    assert forgotten(known, NOON + 365 * DAY) is not None


def test_law_2_a_request_within_a_week_is_remembered_though_the_function_was_deleted() -> None:
    now = key(5).at + DELETED_KEPT_FOR + DAY
    yesterday = build(
        9, Phase.FAILED, key=Key(now - DAY, request_id(9)), settled=True,
        outcome=Outcome(ended_at=now - DAY),
    )  # fmt: skip

    kept = forgotten(DELETED.with_build(yesterday), now)

    assert kept is not None
    assert request_id(9) in kept.builds
    assert kept.desired is not None
    assert kept.desired.kind is DesiredKind.DELETED
