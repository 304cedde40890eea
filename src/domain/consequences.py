"""From what was decided to what should be done: each gives effects, read off the new record.

Every maker takes the record before and after the event, and the event itself.
"""

from typing import Any

from knative_lambda.domain import announcement
from knative_lambda.domain.effects import (
    Converge,
    DiscardContext,
    Effect,
    KeepDependencies,
    NoteRetold,
    Postpone,
    PrepareContext,
    Publish,
    Reject,
    Settle,
    StartJob,
    StopJob,
)
from knative_lambda.domain.events import (
    BuildRequested,
    CompletionHeard,
    ContextStored,
    Event,
    JobDelayed,
)
from knative_lambda.domain.record import Desired, DesiredKind, Phase, Record
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.request import Trigger
from knative_lambda.domain.strategy import Strategy

Effects = tuple[Effect, ...]


def prepare_context(_before: Record, _after: Record, event: BuildRequested) -> Effects:
    """Fetch, pack, look up, store."""
    return (PrepareContext(event),)


def publish_started(_before: Record, after: Record, event: Event) -> Effects:
    """`build.started`."""
    return (Publish(announcement.started(after, after.builds[event.request_id])),)


def start_job(_before: Record, after: Record, event: BuildRequested) -> Effects:
    """Create the Job."""
    return (StartJob(event.request, after.builds[event.request_id]),)


def start_job_again(_before: Record, after: Record, event: BuildRequested) -> Effects:
    """Create the Job, if whoever was to do it did not."""
    return (StartJob(event.request, after.builds[event.request_id], again=True),)


def postpone(_before: Record, _after: Record, event: JobDelayed) -> Effects:
    """Have the start come again, for another try at the Job."""
    return (Postpone(event.error),)


def publish_outcome(_before: Record, after: Record, event: Event) -> Effects:
    """The build's one outcome event; `build.started` before it, if nobody else told of that."""
    build = after.builds[event.request_id]
    if build.outcome is None:
        return ()
    ended = (Publish(announcement.outcome(after, build, build.outcome)),)
    if build.phase is Phase.COMPLETE and build.strategy is Strategy.APPEND:
        return (Publish(announcement.started(after, build)), *ended)
    return ended


def publish_superseded(_before: Record, after: Record, event: Event) -> Effects:
    """The outcome events of the builds that gave way to this request."""
    return tuple(
        Publish(announcement.outcome(after, build, build.outcome))
        for build in after.superseded_by(event.request_id)
        if build.outcome is not None
    )


def stop_job(_before: Record, after: Record, event: Event) -> Effects:
    """Delete the Job."""
    return (StopJob(after.function, event.request_id),)


def discard_context(_before: Record, after: Record, event: Event) -> Effects:
    """Delete the build's context, if it ever had one."""
    build = after.builds[event.request_id]
    if build.content is None:
        return ()
    return (DiscardContext(after.function, build.content.content_hash, build.id),)


def discard_unused(_before: Record, after: Record, event: ContextStored) -> Effects:
    """Delete the context just stored, unless it is the one an open build is made of.

    A copy of the start may have packed a branch that has moved, or come too late.
    """
    build = after.builds.get(event.request_id)
    stored = event.content.content_hash
    used = build.content.content_hash if build is not None and build.content is not None else None
    if build is not None and build.outcome is None and used == stored:
        return ()
    return (DiscardContext(after.function, stored, event.request_id),)


def converge(before: Record, after: Record, _event: Any) -> Effects:
    """Bring the Service to what is desired."""
    old, new = before.desired, after.desired
    if old is None or old == new or old.kind is DesiredKind.DELETED:
        return (Converge(after, replaces=None, prune=False),)
    return (Converge(after, replaces=old.key, prune=_triggers(old) != _triggers(new)),)


def _triggers(desired: Desired | None) -> tuple[Trigger, ...]:
    return desired.config.triggers if desired is not None and desired.config is not None else ()


def publish_served(_before: Record, after: Record, event: Event) -> Effects:
    """What became of the Service."""
    return (Publish(announcement.served(after, after.builds[event.request_id])),)


def keep_dependencies(_before: Record, after: Record, event: CompletionHeard) -> Effects:
    """Keep the layer of dependencies that Kaniko has made, if that has a name."""
    build = after.builds[event.request_id]
    kept = build.content.kept if build.content is not None else None
    if build.strategy is not Strategy.KANIKO or kept is None:
        return ()
    return (KeepDependencies(event.image, event.digest, kept),)


def publish_operated(_before: Record, after: Record, event: Event) -> Effects:
    """`service.deleted` or `service.rolled_back`."""
    return (Publish(announcement.operated(after, after.operations[event.request_id])),)


def settle_after(_before: Record, _after: Record, event: Event) -> Effects:
    """Come back and note that all is done."""
    return (Settle(event.request_id),)


def note_retold(_before: Record, _after: Record, event: Event) -> Effects:
    """Come back and note that the outcome was told again."""
    return (NoteRetold(event.request_id),)


def reject_stale(_before: Record, _after: Record, _event: Any) -> Effects:
    """Dead-letter what may be a repetition of something forgotten."""
    detail = "time: too old: this may repeat a build that is no longer remembered; send a new event"
    return (Reject(Rejection.STALE, detail),)


def reject_reused_id(_before: Record, _after: Record, _event: Any) -> Effects:
    """Dead-letter what bears the source and id of another request."""
    detail = "id: already used by another request; source and id together must name one event"
    return (Reject(Rejection.ID_REUSED, detail),)


def reject_without_target(_before: Record, _after: Record, _event: Any) -> Effects:
    """Dead-letter a rollback that has nowhere to go."""
    detail = "to: no complete build of this function that can still be deployed; name another"
    return (Reject(Rejection.NO_TARGET, detail),)


def reject_unknown_build(_before: Record, _after: Record, _event: Any) -> Effects:
    """Dead-letter a cancel of something that is no build."""
    return (Reject(Rejection.UNKNOWN_BUILD, "build_id: names no build of this function"),)
