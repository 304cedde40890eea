"""How the record changes, and what an effect says, beyond what the table of rows shows."""

import attrs
import pytest
from support.domain import (
    CONFIG,
    CONTENT,
    DIGEST,
    FUNCTION,
    IMAGE,
    build,
    build_request,
    deployed,
    event,
    in_phase,
    key,
    record,
    request_id,
    told,
    tombstone,
)

from knative_lambda.domain import events
from knative_lambda.domain.effects import (
    Converge,
    DiscardContext,
    StartJob,
    StopJob,
)
from knative_lambda.domain.instants import parse_instant
from knative_lambda.domain.machine import decide
from knative_lambda.domain.record import Build, Desired, Outcome, Phase, Record, Served
from knative_lambda.domain.request import Trigger


def test_an_accepted_build_keeps_what_its_outcome_and_service_will_need() -> None:
    after, effects = decide(record(), event(events.ContextStored, traceparent="00-a-b-01"))

    made = after.builds[request_id(5)]
    assert (made.content, made.image, made.config) == (CONTENT, IMAGE, CONFIG)
    assert (made.key, made.traceparent) == (key(5), "00-a-b-01")
    assert StartJob(build_request(), made) in effects


OLD = attrs.evolve(build_request(), runtime="nodejs20")
ENDED = "nodejs20: its support ended 2026-04-30; move to nodejs26 or nodejs24"


@pytest.mark.parametrize(
    ("kind", "before"),
    [
        (events.ContextStored, record()),
        (events.ImageFound, record()),
        (events.ImageAppended, record()),
        (events.SourceRefused, record()),
        (events.BuildRequested, record(build(6, Phase.OPEN))),
    ],
    ids=["open", "cached", "appended", "refused", "superseded"],
)
def test_what_there_is_to_tell_of_a_runtime_is_fixed_when_its_build_is_accepted(
    kind: type[events.Event], before: Record
) -> None:
    after, _ = decide(before, event(kind, request=OLD))
    usual, _ = decide(before, event(kind))

    assert after.builds[request_id(5)].warning == ENDED
    assert usual.builds[request_id(5)].warning is None


def test_a_repeat_on_a_later_day_warns_of_nothing_new() -> None:
    day = parse_instant("2027-02-01T00:00:00Z")
    known = record(build(5, Phase.OPEN))

    after, effects = decide(known, event(events.BuildRequested, now=day))

    assert after == known
    assert "build.started" in told(effects)


def test_older_open_builds_give_way_in_the_write_that_lets_the_newer_in() -> None:
    after, _ = decide(record(build(4, Phase.OPEN)), event(events.ContextStored))

    old = after.builds[request_id(4)]
    assert old.phase is Phase.SUPERSEDED
    assert old.outcome is not None
    assert old.outcome.by == request_id(5)


def test_a_start_gives_way_to_the_newest_of_its_rivals() -> None:
    rivals = record(build(6, Phase.OPEN), build(7, Phase.COMPLETE), desired=tombstone(8))

    after, _ = decide(rivals, event(events.BuildRequested))

    outcome = after.builds[request_id(5)].outcome
    assert outcome is not None
    assert outcome.by == request_id(8)


def test_a_cached_build_says_so() -> None:
    after, _ = decide(record(), event(events.ImageFound))

    made = after.builds[request_id(5)]
    assert made.digest == DIGEST
    assert made.outcome is not None
    assert made.outcome.cached


def test_the_completion_of_an_unknown_build_serves_it_with_the_defaults() -> None:
    after, _ = decide(record(), event(events.CompletionHeard, correlation_id="order-1"))

    assert after.desired is not None
    assert (after.desired.build, after.desired.digest) == (request_id(5), DIGEST)
    assert after.desired.config is not None
    assert after.desired.config.triggers[0].selects(
        {
            "type": "network.notifi.lambda.parser.start",
            "source": f"network.notifi.{FUNCTION.third_party_id}",
            "subject": FUNCTION.parser_id,
        }
    )
    assert after.builds[request_id(5)].correlation_id == "order-1"


def test_the_digest_deployed_is_that_of_the_registry_whatever_the_pod_said() -> None:
    hinted = record(build(5, Phase.COMPLETE, digest="sha256:hint"))

    after, _ = decide(hinted, event(events.CompletionHeard))

    assert after.desired is not None
    assert after.desired.digest == DIGEST


@pytest.mark.parametrize(
    ("desired", "served"),
    [
        (None, Served.CREATED),
        (tombstone(3), Served.CREATED),
        (deployed(3), Served.UPDATED),
        (deployed(6), Served.SUPERSEDED),
        (tombstone(6), Served.SUPERSEDED),
    ],
    ids=["first", "after a delete", "over an older", "under a newer", "before a delete"],
)
def test_a_completion_notes_what_it_did_to_the_service(
    desired: Desired | None, served: Served
) -> None:
    known = attrs.evolve(in_phase(Phase.COMPLETE), desired=desired)

    after, _ = decide(known, event(events.CompletionHeard))

    assert after.builds[request_id(5)].served is served


def test_the_key_of_a_completion_is_the_one_fixed_at_the_start() -> None:
    known = attrs.evolve(in_phase(Phase.COMPLETE), desired=deployed(6))

    after, _ = decide(known, event(events.CompletionHeard, key=key(9)))

    assert after.desired == deployed(6)


def test_rolling_back_twice_is_undo() -> None:
    known = record(build(1, Phase.SETTLED), build(2, Phase.SETTLED))
    known = attrs.evolve(known, desired=deployed(2, previous=request_id(1)))
    seen = []
    for number in (3, 4):
        assert known.desired is not None
        back = event(events.RollbackRequested, number, target=known.desired.previous, digest=DIGEST)
        known, _ = decide(known, back)
        assert known.desired is not None
        seen.append(known.desired.build)

    assert seen == [request_id(1), request_id(2)]


def test_a_rollback_after_a_delete_goes_to_what_was_served_before_it() -> None:
    known = record(build(1, Phase.SETTLED), desired=deployed(1))

    deleted, _ = decide(known, event(events.DeleteRequested, 2))
    again, _ = decide(deleted, event(events.DeleteRequested, 3))

    for after in (deleted, again):
        assert after.desired is not None
        assert after.desired.previous == request_id(1)


@pytest.mark.parametrize(
    ("target", "digest"),
    [
        (build(3, Phase.FAILED), DIGEST),
        (build(3, Phase.OPEN), DIGEST),
        (build(3, Phase.SETTLED, config=None), DIGEST),
        (build(3, Phase.SETTLED), None),
        (build(2, Phase.SETTLED), DIGEST),
    ],
    ids=["failed", "open", "configuration forgotten", "image gone", "unknown"],
)
def test_a_rollback_needs_a_build_that_can_be_deployed(target: Build, digest: str | None) -> None:
    known = attrs.evolve(record(target), desired=deployed(4))
    back = event(events.RollbackRequested, target=request_id(3), digest=digest)

    after, effects = decide(known, back)

    assert told(effects) == ("Reject no_target",)
    assert after.desired == known.desired


def test_the_service_is_converged_from_the_key_it_most_likely_carries() -> None:
    served = record(build(5, Phase.COMPLETE), build(3, Phase.SETTLED), desired=deployed(3))

    after, effects = decide(served, event(events.CompletionHeard))
    _, repeated = decide(after, event(events.CompletionHeard))

    assert effects[0] == Converge(after, replaces=key(3), prune=False)
    assert repeated[0] == Converge(after, replaces=None, prune=False)


def test_triggers_are_pruned_when_they_may_have_changed() -> None:
    old = attrs.evolve(
        in_phase(Phase.COMPLETE),
        desired=deployed(
            3, config=attrs.evolve(CONFIG, triggers=(Trigger([("type", "an.old.one")]),))
        ),
    )

    after, effects = decide(old, event(events.CompletionHeard))

    assert effects[0] == Converge(after, replaces=key(3), prune=True)


def test_what_was_deleted_is_converged_as_if_nothing_were_there() -> None:
    deleted = attrs.evolve(in_phase(Phase.COMPLETE), desired=tombstone(3))

    after, effects = decide(deleted, event(events.CompletionHeard))

    assert effects[0] == Converge(after, replaces=None, prune=False)


def test_a_cancelled_build_is_cleared_under_its_own_names() -> None:
    _, effects = decide(in_phase(Phase.CANCELLED), event(events.CancellationHeard))

    assert StopJob(FUNCTION, request_id(5)) in effects
    assert DiscardContext(FUNCTION, CONTENT.content_hash, request_id(5)) in effects


def test_an_outcome_that_is_missing_is_not_told() -> None:
    """Only a record that was damaged by hand has such a build; it must not stop the rest."""
    damaged = record(build(5, Phase.FAILED, outcome=None), build(4, Phase.SUPERSEDED, outcome=None))

    known, effects = decide(damaged, event(events.OutcomeUnheard))
    assert (known, told(effects)) == (damaged, ("NoteRetold",))


def test_only_what_gave_way_to_this_request_and_is_unsettled_is_told_again() -> None:
    gave_way = Outcome(ended_at=1, by=request_id(5))
    known = record(
        build(5, Phase.OPEN),
        build(1, Phase.SUPERSEDED, outcome=gave_way, settled=True),
        build(2, Phase.SUPERSEDED, outcome=gave_way),
        build(3, Phase.SUPERSEDED, outcome=Outcome(ended_at=1, by=request_id(9))),
        build(4, Phase.CANCELLED, outcome=gave_way),
    )

    assert [b.id for b in known.superseded_by(request_id(5))] == [request_id(2)]


def test_an_outside_failure_counts_from_its_request_but_never_from_the_future() -> None:
    asked, _ = decide(record(), event(events.FailureHeard, key=key(5, at=7), now=9))
    ahead, _ = decide(record(), event(events.FailureHeard, key=key(5, at=9), now=7))

    assert asked.builds[request_id(5)].accepted_at == 7
    assert ahead.builds[request_id(5)].accepted_at == 7
