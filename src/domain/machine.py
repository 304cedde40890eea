"""The state machine: one table, one total function.

Rules of this file:

1. All that decides what becomes of a request stands in `TRANSITIONS`.
2. A cell is a tuple of rules, tried in order; the first whose guard holds is taken. An empty
   cell says: seen, nothing to do. Late and repeated events are ordinary, so they are cells too.
3. A rule names the phase it leads to, how the record changes, and what is to be done about it.
   The record is written before anything is done, so each effect may be repeated by anybody.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from knative_lambda.domain import consequences as then
from knative_lambda.domain import events, guards, learning
from knative_lambda.domain.effects import Effect
from knative_lambda.domain.events import Event
from knative_lambda.domain.record import Phase, Record

# An event's class picks the cell, so each function meets only events of its own type;
# that cannot be written down in the type of one table.
Guard = Callable[[Record, Any], bool]
Learn = Callable[[Record, Any], Record]
Consequence = Callable[[Record, Record, Any], tuple[Effect, ...]]


@attrs.frozen
class Rule:
    """What follows when the guard *when* holds.

    Attributes:
        to: The phase of the request afterwards.
        learn: How the record changes.
        effects: What is to be done, in this order.
        when: The guard.
    """

    to: Phase
    learn: Learn = learning.unchanged
    effects: tuple[Consequence, ...] = ()
    when: Guard = guards.always


def decide(record: Record, event: Event) -> tuple[Record, tuple[Effect, ...]]:
    """What *record* becomes by *event*, and what is to be done once that is written."""
    for rule in TRANSITIONS[record.phase(event.request_id)][type(event)]:
        if rule.when(record, event):
            after = rule.learn(record, event)
            return after, tuple(e for make in rule.effects for e in make(record, after, event))
    return record, ()


def _stay(phase: Phase, *effects: Consequence, when: Guard = guards.always) -> tuple[Rule, ...]:
    return (Rule(phase, effects=effects, when=when),)


_NOTHING: Final[tuple[Rule, ...]] = ()
_STALE: Final = Rule(Phase.UNKNOWN, effects=(then.reject_stale,), when=guards.stale)
_CLEAR: Final = (then.stop_job, then.discard_context, then.settle_after)
_GIVE_WAY: Final = Rule(
    Phase.SUPERSEDED, learning.give_way, (then.publish_outcome,), guards.outdated
)
_REUSED: Final = (then.reject_reused_id,)
_SERVE: Final = (
    then.converge,
    then.publish_served,
    then.discard_context,
    then.keep_dependencies,
)
_OPERATE: Final = (then.converge, then.publish_operated, then.publish_superseded)

_UNKNOWN: Final[Mapping[type[Event], tuple[Rule, ...]]] = {
    events.BuildRequested: (
        _STALE,
        _GIVE_WAY,
        Rule(Phase.UNKNOWN, effects=(then.prepare_context,)),
    ),
    events.ContextStored: (
        attrs.evolve(_STALE, effects=(then.discard_unused, then.reject_stale)),
        attrs.evolve(_GIVE_WAY, effects=(then.discard_unused, then.publish_outcome)),
        Rule(
            Phase.OPEN,
            learning.accept,
            (then.publish_started, then.start_job, then.publish_superseded),
        ),
    ),
    events.ImageFound: (
        _STALE,
        _GIVE_WAY,
        Rule(
            Phase.COMPLETE,
            learning.accept_cached,
            (then.publish_outcome, then.publish_superseded),
        ),
    ),
    events.ImageAppended: (
        _STALE,
        _GIVE_WAY,
        Rule(
            Phase.COMPLETE,
            learning.accept_appended,
            (then.publish_outcome, then.publish_superseded),
        ),
    ),
    events.SourceRefused: (
        _STALE,
        _GIVE_WAY,
        Rule(Phase.FAILED, learning.refuse_source, (then.publish_outcome,)),
    ),
    events.JobDelayed: _NOTHING,
    events.BuildEnded: _NOTHING,
    events.OutcomeUnheard: _NOTHING,
    events.OutcomeRetold: _NOTHING,
    events.JobSeen: _stay(Phase.UNKNOWN, then.stop_job),
    events.CompletionHeard: (
        Rule(Phase.UNKNOWN, when=guards.stale),
        Rule(Phase.SETTLED, learning.settle_completion, _SERVE),
    ),
    events.FailureHeard: (
        Rule(Phase.UNKNOWN, when=guards.stale),
        Rule(Phase.FAILED, learning.take_failure, (then.settle_after,)),
    ),
    events.CancellationHeard: _NOTHING,
    events.SupersessionHeard: _NOTHING,
    events.RemainsRemoved: _NOTHING,
    events.CancelRequested: (
        # What it names may have had its outcome, and be forgotten.
        Rule(Phase.UNKNOWN, effects=(then.reject_unknown_build,), when=guards.stale),
        Rule(Phase.CANCELLED, learning.cancel, (then.publish_outcome,)),
    ),
    events.DeleteRequested: (
        Rule(Phase.APPLIED, learning.delete, _OPERATE, guards.newer_than_desired),
        Rule(Phase.APPLIED, learning.delete),
    ),
    events.RollbackRequested: (
        Rule(
            Phase.APPLIED,
            learning.roll_back,
            (then.reject_without_target,),
            guards.without_target,
        ),
        Rule(Phase.APPLIED, learning.roll_back, _OPERATE, guards.newer_than_desired),
        Rule(Phase.APPLIED, learning.roll_back),
    ),
}

_AGAIN: Final = (then.publish_started, then.start_job_again, then.publish_superseded)

_OPEN: Final[Mapping[type[Event], tuple[Rule, ...]]] = {
    events.BuildRequested: _stay(Phase.OPEN, *_AGAIN),
    events.ContextStored: _stay(Phase.OPEN, then.discard_unused, *_AGAIN),
    events.ImageFound: _stay(Phase.OPEN, *_AGAIN),
    events.ImageAppended: _stay(Phase.OPEN, *_AGAIN),
    events.SourceRefused: _stay(Phase.OPEN, *_AGAIN),
    events.JobDelayed: (Rule(Phase.OPEN, learning.delay, (then.postpone,)),),
    events.BuildEnded: (
        Rule(Phase.COMPLETE, learning.conclude, (then.publish_outcome,), guards.succeeded),
        Rule(Phase.FAILED, learning.conclude, (then.publish_outcome,)),
    ),
    events.OutcomeUnheard: _NOTHING,
    events.OutcomeRetold: _NOTHING,
    events.JobSeen: _NOTHING,
    events.CompletionHeard: (Rule(Phase.SETTLED, learning.settle_completion, _SERVE),),
    events.FailureHeard: (Rule(Phase.FAILED, learning.take_failure, _CLEAR),),
    events.CancellationHeard: _NOTHING,
    events.SupersessionHeard: _NOTHING,
    events.RemainsRemoved: _NOTHING,
    events.CancelRequested: (Rule(Phase.CANCELLED, learning.cancel, (then.publish_outcome,)),),
    events.DeleteRequested: _stay(Phase.OPEN, *_REUSED),
    events.RollbackRequested: _stay(Phase.OPEN, *_REUSED),
}


def _concluded(
    phase: Phase, own: Mapping[type[Event], tuple[Rule, ...]]
) -> Mapping[type[Event], tuple[Rule, ...]]:
    """The row of an outcome that is not settled: tell it again, and let its *own* cells differ."""
    tell = _stay(phase, then.publish_outcome, then.publish_superseded)
    return {
        events.BuildRequested: tell,
        events.ContextStored: _stay(
            phase, then.discard_unused, then.publish_outcome, then.publish_superseded
        ),
        events.ImageFound: tell,
        events.ImageAppended: tell,
        events.SourceRefused: tell,
        events.JobDelayed: _NOTHING,
        events.BuildEnded: _stay(phase, then.publish_outcome),
        events.OutcomeUnheard: _stay(phase, then.publish_outcome, then.note_retold),
        events.OutcomeRetold: (Rule(phase, learning.note_retold),),
        # Its sidecar may be busy yet, with telling or with its log: the Job is left to it.
        events.JobSeen: _stay(phase, then.publish_outcome),
        events.CompletionHeard: _NOTHING,
        events.FailureHeard: _NOTHING,
        events.CancellationHeard: _NOTHING,
        events.SupersessionHeard: _NOTHING,
        events.RemainsRemoved: (Rule(Phase.SETTLED, learning.settle),),
        events.CancelRequested: _NOTHING,
        events.DeleteRequested: _stay(phase, *_REUSED),
        events.RollbackRequested: _stay(phase, *_REUSED),
        **own,
    }


TRANSITIONS: Final[Mapping[Phase, Mapping[type[Event], tuple[Rule, ...]]]] = {
    Phase.UNKNOWN: _UNKNOWN,
    Phase.OPEN: _OPEN,
    Phase.COMPLETE: _concluded(
        Phase.COMPLETE,
        {
            # Only a completion settles a complete build: it has a Service to see to.
            events.RemainsRemoved: _NOTHING,
            events.CompletionHeard: (Rule(Phase.SETTLED, learning.settle_completion, _SERVE),),
        },
    ),
    Phase.FAILED: _concluded(
        Phase.FAILED,
        {
            events.FailureHeard: (
                *_stay(Phase.FAILED, *_CLEAR, when=guards.timed_out),
                *_stay(Phase.FAILED, then.discard_context, then.settle_after),
            )
        },
    ),
    Phase.CANCELLED: _concluded(
        Phase.CANCELLED,
        {
            events.JobSeen: _stay(Phase.CANCELLED, then.stop_job),
            events.CancellationHeard: _stay(Phase.CANCELLED, *_CLEAR),
            events.CancelRequested: _stay(Phase.CANCELLED, then.publish_outcome),
        },
    ),
    Phase.SUPERSEDED: _concluded(
        Phase.SUPERSEDED,
        {
            events.JobSeen: _stay(Phase.SUPERSEDED, then.stop_job),
            events.SupersessionHeard: _stay(Phase.SUPERSEDED, *_CLEAR),
        },
    ),
    Phase.SETTLED: {
        **dict.fromkeys(_UNKNOWN, _NOTHING),
        events.ContextStored: _stay(Phase.SETTLED, then.discard_unused),
        events.JobSeen: _stay(Phase.SETTLED, then.stop_job),
        events.CompletionHeard: _stay(Phase.SETTLED, *_SERVE, when=guards.was_complete),
        events.DeleteRequested: _stay(Phase.SETTLED, *_REUSED),
        events.RollbackRequested: _stay(Phase.SETTLED, *_REUSED),
    },
    Phase.APPLIED: {
        **dict.fromkeys(_UNKNOWN, _NOTHING),
        events.BuildRequested: _stay(Phase.APPLIED, *_REUSED),
        events.ContextStored: _stay(Phase.APPLIED, then.discard_unused, *_REUSED),
        events.ImageFound: _stay(Phase.APPLIED, *_REUSED),
        events.ImageAppended: _stay(Phase.APPLIED, *_REUSED),
        events.SourceRefused: _stay(Phase.APPLIED, *_REUSED),
        events.CancelRequested: _stay(Phase.APPLIED, then.reject_unknown_build),
        **dict.fromkeys(
            (events.DeleteRequested, events.RollbackRequested),
            (
                *_stay(Phase.APPLIED, *_OPERATE, when=guards.was_effective),
                *_stay(Phase.APPLIED, then.reject_without_target, when=guards.was_without_target),
            ),
        ),
    },
}
