"""What each cell of the table of transitions must do, written out by hand, row by row.

A row is: the phase before, the event, the phase after, and what is asked for, in words;
then the circumstances and the event's fields, where they matter.
"""

from typing import Any

import attrs
from support.domain import CONTENT, DIGEST, FAILURE, request_id
from support.transition_rows_instant import INSTANT
from support.transitions import (
    Row,
    failed_before,
    forgotten,
    found_no_target,
    newer_deleted,
    newer_open,
    newer_served,
    newer_served_older_too,
    not_effective,
    older_gave_way,
    older_open,
    older_served,
    rolled_back,
    timed_out,
    without_content,
)

from knative_lambda.domain.events import (
    BuildEnded,
    BuildRequested,
    CancellationHeard,
    CancelRequested,
    CompletionHeard,
    ContextStored,
    DeleteRequested,
    Event,
    FailureHeard,
    ImageAppended,
    ImageFound,
    JobDelayed,
    JobSeen,
    OutcomeRetold,
    OutcomeUnheard,
    RemainsRemoved,
    RollbackRequested,
    SourceRefused,
    SupersessionHeard,
)
from knative_lambda.domain.record import Content, Phase

STARTS = (BuildRequested, ContextStored, ImageFound, ImageAppended, SourceRefused)
_BACK: dict[str, Any] = {"target": request_id(3), "digest": DIGEST}
_STARTED = ("build.started", "StartJob")
_SERVED = ("Converge", "service.created", "DiscardContext")
_OTHER = Content("e" * 64, "f" * 64)
_CLEARED = ("StopJob", "DiscardContext", "Settle")

_UNKNOWN = [
    Row(Phase.UNKNOWN, BuildRequested, Phase.UNKNOWN, ("PrepareContext",)),
    Row(Phase.UNKNOWN, BuildRequested, Phase.UNKNOWN, ("Reject stale",), forgotten),
    Row(Phase.UNKNOWN, BuildRequested, Phase.SUPERSEDED, ("build.superseded",), newer_open),
    Row(Phase.UNKNOWN, BuildRequested, Phase.SUPERSEDED, ("build.superseded",), newer_served),
    Row(Phase.UNKNOWN, BuildRequested, Phase.SUPERSEDED, ("build.superseded",), newer_deleted),
    Row(Phase.UNKNOWN, ContextStored, Phase.OPEN, _STARTED),
    Row(Phase.UNKNOWN, ContextStored, Phase.OPEN, (*_STARTED, "build.superseded"), older_open),
    Row(
        Phase.UNKNOWN,
        ContextStored,
        Phase.UNKNOWN,
        ("DiscardContext", "Reject stale"),
        forgotten,
    ),
    Row(
        Phase.UNKNOWN,
        ContextStored,
        Phase.SUPERSEDED,
        ("DiscardContext", "build.superseded"),
        newer_open,
    ),
    Row(Phase.UNKNOWN, ImageFound, Phase.COMPLETE, ("build.complete",)),
    Row(
        Phase.UNKNOWN,
        ImageFound,
        Phase.COMPLETE,
        ("build.complete", "build.superseded"),
        older_open,
    ),
    Row(Phase.UNKNOWN, ImageFound, Phase.UNKNOWN, ("Reject stale",), forgotten),
    Row(Phase.UNKNOWN, ImageFound, Phase.SUPERSEDED, ("build.superseded",), newer_open),
    Row(Phase.UNKNOWN, SourceRefused, Phase.FAILED, ("build.failed",)),
    Row(Phase.UNKNOWN, SourceRefused, Phase.FAILED, ("build.failed",), older_open),
    Row(Phase.UNKNOWN, SourceRefused, Phase.UNKNOWN, ("Reject stale",), forgotten),
    Row(Phase.UNKNOWN, SourceRefused, Phase.SUPERSEDED, ("build.superseded",), newer_open),
    Row(Phase.UNKNOWN, BuildEnded, Phase.UNKNOWN),
    Row(Phase.UNKNOWN, OutcomeUnheard, Phase.UNKNOWN),
    Row(Phase.UNKNOWN, OutcomeRetold, Phase.UNKNOWN),
    Row(Phase.UNKNOWN, JobSeen, Phase.UNKNOWN, ("StopJob",)),
    Row(Phase.UNKNOWN, JobDelayed, Phase.UNKNOWN),
    Row(Phase.UNKNOWN, CompletionHeard, Phase.SETTLED, ("Converge", "service.created")),
    Row(
        Phase.UNKNOWN, CompletionHeard, Phase.SETTLED, ("Converge", "service.updated"), older_served
    ),
    Row(Phase.UNKNOWN, CompletionHeard, Phase.UNKNOWN, (), forgotten),
    Row(Phase.UNKNOWN, FailureHeard, Phase.FAILED, ("Settle",)),
    Row(Phase.UNKNOWN, FailureHeard, Phase.UNKNOWN, (), forgotten),
    Row(Phase.UNKNOWN, CancellationHeard, Phase.UNKNOWN),
    Row(Phase.UNKNOWN, SupersessionHeard, Phase.UNKNOWN),
    Row(Phase.UNKNOWN, RemainsRemoved, Phase.UNKNOWN),
    Row(Phase.UNKNOWN, CancelRequested, Phase.CANCELLED, ("build.cancelled",)),
    Row(Phase.UNKNOWN, CancelRequested, Phase.UNKNOWN, ("Reject unknown_build",), forgotten),
    Row(Phase.UNKNOWN, DeleteRequested, Phase.APPLIED, ("Converge", "service.deleted")),
    Row(
        Phase.UNKNOWN,
        DeleteRequested,
        Phase.APPLIED,
        ("Converge", "service.deleted", "build.superseded"),
        older_open,
    ),
    Row(Phase.UNKNOWN, DeleteRequested, Phase.APPLIED, (), newer_served),
    Row(Phase.UNKNOWN, RollbackRequested, Phase.APPLIED, ("Reject no_target",)),
    Row(
        Phase.UNKNOWN,
        RollbackRequested,
        Phase.APPLIED,
        ("Converge", "service.rolled_back"),
        older_served,
        _BACK,
    ),
    Row(Phase.UNKNOWN, RollbackRequested, Phase.APPLIED, (), newer_served_older_too, _BACK),
]

_OPEN = [
    *(Row(Phase.OPEN, start, Phase.OPEN, _STARTED) for start in STARTS),
    Row(Phase.OPEN, BuildRequested, Phase.OPEN, (*_STARTED, "build.superseded"), older_gave_way),
    Row(
        Phase.OPEN,
        ContextStored,
        Phase.OPEN,
        ("DiscardContext", *_STARTED),
        fields={"content": _OTHER},
    ),
    Row(
        Phase.OPEN,
        ContextStored,
        Phase.OPEN,
        _STARTED,
        fields={"content": attrs.evolve(CONTENT, revision="another commit of the same tree")},
    ),
    Row(Phase.OPEN, BuildEnded, Phase.COMPLETE, ("build.complete",)),
    Row(Phase.OPEN, BuildEnded, Phase.FAILED, ("build.failed",), fields={"verdict": FAILURE}),
    Row(Phase.OPEN, OutcomeUnheard, Phase.OPEN),
    Row(Phase.OPEN, OutcomeRetold, Phase.OPEN),
    Row(Phase.OPEN, JobSeen, Phase.OPEN),
    Row(Phase.OPEN, JobDelayed, Phase.OPEN, ("Postpone",)),
    Row(Phase.OPEN, CompletionHeard, Phase.SETTLED, _SERVED),
    Row(Phase.OPEN, FailureHeard, Phase.FAILED, _CLEARED),
    Row(Phase.OPEN, CancellationHeard, Phase.OPEN),
    Row(Phase.OPEN, SupersessionHeard, Phase.OPEN),
    Row(Phase.OPEN, RemainsRemoved, Phase.OPEN),
    Row(Phase.OPEN, CancelRequested, Phase.CANCELLED, ("build.cancelled",)),
    Row(Phase.OPEN, DeleteRequested, Phase.OPEN, ("Reject id_reused",)),
    Row(Phase.OPEN, RollbackRequested, Phase.OPEN, ("Reject id_reused",)),
]


def _ended(phase: Phase, *own: Row) -> list[Row]:
    """The rows of an outcome: those that all four share, and its *own*."""
    said = f"build.{phase.value}"
    shared = [
        *(Row(phase, kind, phase, (said,)) for kind in STARTS if kind is not ContextStored),
        Row(phase, BuildRequested, phase, (said, "build.superseded"), older_gave_way),
        Row(phase, ContextStored, phase, ("DiscardContext", said)),
        Row(phase, BuildEnded, phase, (said,)),
        Row(phase, OutcomeUnheard, phase, (said, "NoteRetold")),
        Row(phase, DeleteRequested, phase, ("Reject id_reused",)),
        Row(phase, RollbackRequested, phase, ("Reject id_reused",)),
    ]
    covered = {row.kind for row in (*shared, *own)}
    silent = [kind for kind in SILENT if kind not in covered]
    return [*shared, *own, *(Row(phase, kind, phase) for kind in silent)]


SILENT: tuple[type[Event], ...] = (
    JobDelayed,
    OutcomeRetold,
    CompletionHeard,
    FailureHeard,
    CancellationHeard,
    SupersessionHeard,
    CancelRequested,
)
_CONCLUDED = [
    *_ended(
        Phase.COMPLETE,
        Row(Phase.COMPLETE, CompletionHeard, Phase.SETTLED, _SERVED),
        Row(
            Phase.COMPLETE,
            CompletionHeard,
            Phase.SETTLED,
            ("Converge", "service.superseded", "DiscardContext"),
            newer_served,
        ),
        # Only its completion settles it: settled in another way, it would never be served.
        Row(Phase.COMPLETE, RemainsRemoved, Phase.COMPLETE),
        Row(Phase.COMPLETE, JobSeen, Phase.COMPLETE, ("build.complete",)),
    ),
    *_ended(
        Phase.FAILED,
        Row(Phase.FAILED, FailureHeard, Phase.FAILED, ("DiscardContext", "Settle")),
        Row(Phase.FAILED, FailureHeard, Phase.FAILED, ("Settle",), without_content),
        Row(Phase.FAILED, FailureHeard, Phase.FAILED, _CLEARED, timed_out),
        Row(Phase.FAILED, JobSeen, Phase.FAILED, ("build.failed",)),
        Row(Phase.FAILED, RemainsRemoved, Phase.SETTLED),
    ),
    *_ended(
        Phase.CANCELLED,
        Row(Phase.CANCELLED, JobSeen, Phase.CANCELLED, ("StopJob",)),
        Row(Phase.CANCELLED, CancellationHeard, Phase.CANCELLED, _CLEARED),
        Row(Phase.CANCELLED, CancelRequested, Phase.CANCELLED, ("build.cancelled",)),
        Row(Phase.CANCELLED, RemainsRemoved, Phase.SETTLED),
    ),
    *_ended(
        Phase.SUPERSEDED,
        Row(Phase.SUPERSEDED, JobSeen, Phase.SUPERSEDED, ("StopJob",)),
        Row(Phase.SUPERSEDED, SupersessionHeard, Phase.SUPERSEDED, _CLEARED),
        Row(Phase.SUPERSEDED, RemainsRemoved, Phase.SETTLED),
    ),
]

_SETTLED = [
    *(Row(Phase.SETTLED, kind, Phase.SETTLED) for kind in STARTS if kind is not ContextStored),
    Row(Phase.SETTLED, ContextStored, Phase.SETTLED, ("DiscardContext",)),
    Row(Phase.SETTLED, BuildEnded, Phase.SETTLED),
    Row(Phase.SETTLED, OutcomeUnheard, Phase.SETTLED),
    Row(Phase.SETTLED, OutcomeRetold, Phase.SETTLED),
    Row(Phase.SETTLED, JobSeen, Phase.SETTLED, ("StopJob",)),
    Row(Phase.SETTLED, JobDelayed, Phase.SETTLED),
    Row(Phase.SETTLED, CompletionHeard, Phase.SETTLED, _SERVED),
    Row(Phase.SETTLED, CompletionHeard, Phase.SETTLED, (), failed_before),
    Row(Phase.SETTLED, FailureHeard, Phase.SETTLED),
    Row(Phase.SETTLED, CancellationHeard, Phase.SETTLED),
    Row(Phase.SETTLED, SupersessionHeard, Phase.SETTLED),
    Row(Phase.SETTLED, RemainsRemoved, Phase.SETTLED),
    Row(Phase.SETTLED, CancelRequested, Phase.SETTLED),
    Row(Phase.SETTLED, DeleteRequested, Phase.SETTLED, ("Reject id_reused",)),
    Row(Phase.SETTLED, RollbackRequested, Phase.SETTLED, ("Reject id_reused",)),
]

_REUSED = ("Reject id_reused",)
_DELETED = ("Converge", "service.deleted")

_APPLIED = [
    *(
        Row(Phase.APPLIED, kind, Phase.APPLIED, _REUSED)
        for kind in STARTS
        if kind is not ContextStored
    ),
    Row(Phase.APPLIED, ContextStored, Phase.APPLIED, ("DiscardContext", *_REUSED)),
    Row(Phase.APPLIED, BuildEnded, Phase.APPLIED),
    Row(Phase.APPLIED, OutcomeUnheard, Phase.APPLIED),
    Row(Phase.APPLIED, OutcomeRetold, Phase.APPLIED),
    Row(Phase.APPLIED, JobSeen, Phase.APPLIED),
    Row(Phase.APPLIED, JobDelayed, Phase.APPLIED),
    Row(Phase.APPLIED, CompletionHeard, Phase.APPLIED),
    Row(Phase.APPLIED, FailureHeard, Phase.APPLIED),
    Row(Phase.APPLIED, CancellationHeard, Phase.APPLIED),
    Row(Phase.APPLIED, SupersessionHeard, Phase.APPLIED),
    Row(Phase.APPLIED, RemainsRemoved, Phase.APPLIED),
    Row(Phase.APPLIED, CancelRequested, Phase.APPLIED, ("Reject unknown_build",)),
    Row(Phase.APPLIED, DeleteRequested, Phase.APPLIED, _DELETED),
    Row(
        Phase.APPLIED,
        DeleteRequested,
        Phase.APPLIED,
        (*_DELETED, "build.superseded"),
        older_gave_way,
    ),
    Row(Phase.APPLIED, DeleteRequested, Phase.APPLIED, (), not_effective),
    Row(Phase.APPLIED, DeleteRequested, Phase.APPLIED, ("Reject no_target",), found_no_target),
    Row(
        Phase.APPLIED,
        RollbackRequested,
        Phase.APPLIED,
        ("Converge", "service.rolled_back"),
        rolled_back,
    ),
    Row(Phase.APPLIED, RollbackRequested, Phase.APPLIED, ("Reject no_target",), found_no_target),
]

ROWS = (*_UNKNOWN, *_OPEN, *_CONCLUDED, *_SETTLED, *_APPLIED, *INSTANT)
