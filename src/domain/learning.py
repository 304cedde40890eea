"""How the record changes by an event: each takes a record and gives the next one."""

from typing import Any, Final

import attrs

from knative_lambda.domain.end_of_life import end_of_life_warning
from knative_lambda.domain.events import (
    BuildEnded,
    BuildRequested,
    CancelRequested,
    CompletionHeard,
    ContextStored,
    DeleteRequested,
    FailureHeard,
    ImageAppended,
    ImageFound,
    JobDelayed,
    OutcomeRetold,
    RemainsRemoved,
    RollbackRequested,
    SourceRefused,
)
from knative_lambda.domain.guards import newer_than_desired, newest_rival, rollback_target
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import (
    Build,
    Content,
    Desired,
    DesiredKind,
    Operation,
    OperationKind,
    Outcome,
    Phase,
    Record,
    Served,
)
from knative_lambda.domain.request import FunctionConfig, default_trigger
from knative_lambda.domain.retention import trimmed
from knative_lambda.domain.runtimes import RUNTIMES
from knative_lambda.domain.strategy import LONGEST_REASON, Choice

_NOTED_FOR: Final = 60_000_000_000  # nanoseconds


def unchanged(record: Record, _event: Any) -> Record:
    """Nothing new."""
    return record


def _entry(
    event: BuildRequested, phase: Phase, ended: Outcome | None, content: Content | None = None
) -> Build:
    return Build(
        id=event.request_id,
        key=event.key,
        phase=phase,
        accepted_at=event.now,
        content=content,
        config=event.request.config,
        outcome=ended,
        correlation_id=event.request.correlation_id,
        traceparent=event.traceparent,
        warning=end_of_life_warning(RUNTIMES[event.request.runtime], event.now),
    )


def _as_chosen(build: Build, choice: Choice) -> Build:
    reason = choice.reason[:LONGEST_REASON]
    return attrs.evolve(build, strategy=choice.strategy, strategy_reason=reason)


def _superseding(record: Record, key: Key, by: str, now: int) -> Record:
    """Older open builds give way to the request *by*: in the same write that lets it in."""
    for build in record.builds.values():
        if build.phase is Phase.OPEN and build.key < key:
            ended = Outcome(ended_at=now, by=by)
            record = record.with_build(attrs.evolve(build, phase=Phase.SUPERSEDED, outcome=ended))
    return record


def accept(record: Record, event: ContextStored) -> Record:
    """The build is open; older open ones give way."""
    build = attrs.evolve(_entry(event, Phase.OPEN, None, event.content), image=event.image)
    build = _as_chosen(build, event.choice)
    return _superseding(record, event.key, build.id, event.now).with_build(build)


def delay(record: Record, event: JobDelayed) -> Record:
    """The build has no Job yet, and waits for one; whoever asks all the time changes nothing."""
    build = record.builds[event.request_id]
    if build.delayed_at is not None and event.now - build.delayed_at < _NOTED_FOR:
        return record
    return record.with_build(attrs.evolve(build, delayed_at=event.now))


def note_retold(record: Record, event: OutcomeRetold) -> Record:
    """The outcome was told once more."""
    build = attrs.evolve(record.builds[event.request_id], retold_at=event.now)
    return record.with_build(build)


def accept_cached(record: Record, event: ImageFound) -> Record:
    """The build is complete at once; older open ones give way."""
    ended = Outcome(ended_at=event.now, cached=True)
    build = attrs.evolve(
        _entry(event, Phase.COMPLETE, ended, event.content),
        image=event.image,
        digest=event.digest,
        sbom=_known_sbom(record, event.digest),
    )
    return _superseding(record, event.key, build.id, event.now).with_build(build)


def _known_sbom(record: Record, digest: str) -> str | None:
    """What tells the components of the image of that *digest*, if a build has left it."""
    told = (build.sbom for build in record.builds.values() if build.digest == digest)
    return next((sbom for sbom in told if sbom is not None), None)


def accept_appended(record: Record, event: ImageAppended) -> Record:
    """The build is complete; older open ones give way."""
    ended = Outcome(ended_at=max(event.now, event.ended))
    build = attrs.evolve(
        _entry(event, Phase.COMPLETE, ended, event.content),
        image=event.image,
        digest=event.digest,
        sbom=event.sbom,
    )
    build = _as_chosen(build, event.choice)
    return _superseding(record, event.key, build.id, event.now).with_build(build)


def refuse_source(record: Record, event: SourceRefused) -> Record:
    """The build failed before it began; it makes no other give way."""
    ended = Outcome(ended_at=event.now, reason=event.verdict.reason, detail=event.verdict.detail)
    build = _entry(event, Phase.FAILED, ended)
    return record.with_build(_as_chosen(build, event.choice) if event.choice else build)


def give_way(record: Record, event: BuildRequested) -> Record:
    """The build is superseded before it began."""
    ended = Outcome(ended_at=event.now, by=newest_rival(record, event.key))
    return record.with_build(_entry(event, Phase.SUPERSEDED, ended))


def conclude(record: Record, event: BuildEnded) -> Record:
    """The open build is complete or failed, as its verdict says."""
    verdict = event.verdict
    phase = Phase.COMPLETE if verdict.reason is None else Phase.FAILED
    ended = Outcome(
        ended_at=event.now, reason=verdict.reason, detail=verdict.detail, ran=verdict.ran
    )
    build = record.builds[event.request_id]
    return record.with_build(attrs.evolve(build, phase=phase, outcome=ended, digest=verdict.digest))


def _heard_of(record: Record, event: CompletionHeard | FailureHeard) -> Build:
    """The build that an outcome event is about; one that an outside builder made is new here."""
    known = record.builds.get(event.request_id)
    if known is not None:
        return known
    return Build(
        id=event.request_id,
        key=event.key,
        phase=Phase.OPEN,
        accepted_at=min(event.key.at, event.now),
        config=FunctionConfig(triggers=(default_trigger(record.function),)),
        correlation_id=event.correlation_id,
        traceparent=event.traceparent,
    )


def settle_completion(record: Record, event: CompletionHeard) -> Record:
    """The build is complete and settled; it is desired, unless something newer is."""
    build = _heard_of(record, event)
    build = attrs.evolve(
        build,
        phase=Phase.COMPLETE,
        settled=True,
        image=event.image,
        digest=event.digest,
        outcome=build.outcome or Outcome(ended_at=event.now),
        served=Served.SUPERSEDED,
    )
    before = record.desired
    # The key that counts is the one fixed at the start, not that of this delivery.
    if before is None or build.key > before.key:
        fresh = before is None or before.kind is DesiredKind.DELETED
        build = attrs.evolve(build, served=Served.CREATED if fresh else Served.UPDATED)
        desired = _deployed(build, build.key, build.id, event.digest, before)
        record = attrs.evolve(record, desired=desired)
    return trimmed(record.with_build(build))


def _deployed(build: Build, key: Key, by: str, digest: str, before: Desired | None) -> Desired:
    return Desired(
        key=key,
        kind=DesiredKind.DEPLOYED,
        by=by,
        build=build.id,
        image=build.image,
        digest=digest,
        config=build.config,
        previous=_served_before(before),
    )


def _served_before(before: Desired | None) -> str | None:
    if before is None:
        return None
    return before.build if before.kind is DesiredKind.DEPLOYED else before.previous


def take_failure(record: Record, event: FailureHeard) -> Record:
    """The build failed, as an outside builder says."""
    ended = Outcome(ended_at=event.now, reason=event.verdict.reason, detail=event.verdict.detail)
    build = attrs.evolve(_heard_of(record, event), phase=Phase.FAILED, outcome=ended)
    return record.with_build(build)


def settle(record: Record, event: RemainsRemoved) -> Record:
    """The consequences of the outcome are all drawn."""
    build = record.builds[event.request_id]
    return trimmed(record.with_build(attrs.evolve(build, settled=True)))


def cancel(record: Record, event: CancelRequested) -> Record:
    """The build is cancelled, whether it is open or its start has yet to come."""
    ended = Outcome(ended_at=event.now, by=event.by)
    build = record.builds.get(event.request_id) or Build(
        id=event.request_id,
        key=event.key,
        phase=Phase.OPEN,
        accepted_at=event.now,
        correlation_id=event.correlation_id,
        traceparent=event.traceparent,
    )
    return record.with_build(attrs.evolve(build, phase=Phase.CANCELLED, outcome=ended))


def _operation(
    event: DeleteRequested | RollbackRequested, kind: OperationKind, target: str | None
) -> Operation:
    return Operation(
        id=event.request_id,
        key=event.key,
        kind=kind,
        handled_at=event.now,
        effective=False,
        target=target,
        reason=event.reason if isinstance(event, DeleteRequested) else "",
        correlation_id=event.correlation_id,
        traceparent=event.traceparent,
    )


def delete(record: Record, event: DeleteRequested) -> Record:
    """Nothing is desired any more, unless something newer is; older open builds give way."""
    operation = _operation(event, OperationKind.DELETE, None)
    if not newer_than_desired(record, event):
        return record.with_operation(operation)
    tombstone = Desired(
        key=event.key,
        kind=DesiredKind.DELETED,
        by=event.request_id,
        previous=_served_before(record.desired),
    )
    return _applied(record, attrs.evolve(operation, effective=True), tombstone, event.now)


def roll_back(record: Record, event: RollbackRequested) -> Record:
    """The target is desired with the rollback's own key, so that no older build undoes it."""
    target = rollback_target(record, event)
    operation = _operation(event, OperationKind.ROLLBACK, target.id if target else None)
    if target is None or event.digest is None or not newer_than_desired(record, event):
        return record.with_operation(operation)
    desired = _deployed(target, event.key, event.request_id, event.digest, record.desired)
    return _applied(record, attrs.evolve(operation, effective=True), desired, event.now)


def _applied(record: Record, operation: Operation, desired: Desired, now: int) -> Record:
    record = attrs.evolve(record.with_operation(operation), desired=desired)
    return trimmed(_superseding(record, operation.key, operation.id, now))
