"""The rows of builds that need no Job, and of what Kaniko leaves for them."""

from support.transitions import (
    Row,
    appended_on_a_kept_layer,
    forgotten,
    has_a_kept_layer,
    newer_deleted,
    newer_open,
    older_open,
    was_appended,
)

from knative_lambda.domain.events import (
    BuildRequested,
    CompletionHeard,
    ImageAppended,
    ImageFound,
    OutcomeUnheard,
    SourceRefused,
)
from knative_lambda.domain.record import Phase

_APPENDED = ("build.started", "build.complete")
_SERVED = ("Converge", "service.created", "DiscardContext")

INSTANT = [
    Row(Phase.UNKNOWN, ImageAppended, Phase.COMPLETE, _APPENDED),
    Row(Phase.UNKNOWN, ImageAppended, Phase.COMPLETE, (*_APPENDED, "build.superseded"), older_open),
    Row(Phase.UNKNOWN, ImageAppended, Phase.UNKNOWN, ("Reject stale",), forgotten),
    Row(Phase.UNKNOWN, ImageAppended, Phase.SUPERSEDED, ("build.superseded",), newer_open),
    Row(Phase.UNKNOWN, ImageAppended, Phase.SUPERSEDED, ("build.superseded",), newer_deleted),
    Row(Phase.COMPLETE, CompletionHeard, Phase.SETTLED, _SERVED, appended_on_a_kept_layer),
    *(
        Row(Phase.COMPLETE, kind, Phase.COMPLETE, _APPENDED, was_appended)
        for kind in (BuildRequested, ImageFound, ImageAppended, SourceRefused)
    ),
    Row(Phase.COMPLETE, OutcomeUnheard, Phase.COMPLETE, (*_APPENDED, "NoteRetold"), was_appended),
    *(
        Row(phase, CompletionHeard, Phase.SETTLED, (*_SERVED, "KeepDependencies"), has_a_kept_layer)
        for phase in (Phase.OPEN, Phase.COMPLETE, Phase.SETTLED)
    ),
]
