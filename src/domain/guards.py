"""The questions that pick between the rules of one cell of the table; they change nothing."""

from typing import Any

from knative_lambda.domain.events import (
    BuildEnded,
    BuildRequested,
    CancelRequested,
    CompletionHeard,
    DeleteRequested,
    FailureHeard,
    RollbackRequested,
)
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import Build, OperationKind, Phase, Record

_LIVING = (Phase.OPEN, Phase.COMPLETE)


def always(_record: Record, _event: Any) -> bool:
    """In every other case."""
    return True


def stale(
    record: Record, event: BuildRequested | CompletionHeard | FailureHeard | CancelRequested
) -> bool:
    """At or below the horizon: it may be a repetition of what was forgotten."""
    return record.horizon is not None and event.key <= record.horizon


def newest_rival(record: Record, key: Key) -> str | None:
    """The newest request that makes a build of *key* pointless, if there is one."""
    rivals = [
        (build.key, build.id)
        for build in record.builds.values()
        if build.phase in _LIVING and build.key > key
    ]
    if record.desired is not None and record.desired.key > key:
        rivals.append((record.desired.key, record.desired.by))
    return max(rivals)[1] if rivals else None


def outdated(record: Record, event: BuildRequested) -> bool:
    """Something newer is open, complete or desired."""
    return newest_rival(record, event.key) is not None


def succeeded(_record: Record, event: BuildEnded) -> bool:
    """Kaniko exited with 0."""
    return event.verdict.reason is None


def was_complete(record: Record, event: CompletionHeard) -> bool:
    """The record says complete too."""
    return record.builds[event.request_id].phase is Phase.COMPLETE


def timed_out(record: Record, event: FailureHeard) -> bool:
    """It was given up while its Job ran, which goes on building."""
    ended = record.builds[event.request_id].outcome
    return ended is not None and ended.reason is Reason.TIMEOUT


def newer_than_desired(
    record: Record, event: DeleteRequested | RollbackRequested | CompletionHeard
) -> bool:
    """Its key is larger than that of what is desired."""
    return record.desired is None or event.key > record.desired.key


def rollback_target(record: Record, event: RollbackRequested) -> Build | None:
    """The build that a rollback goes to, if that build can be deployed."""
    build = record.builds.get(event.target or "")
    if build is None or build.phase is not Phase.COMPLETE:
        return None
    return build if build.config is not None and event.digest is not None else None


def without_target(record: Record, event: RollbackRequested) -> bool:
    """No build to go back to that can still be deployed."""
    return rollback_target(record, event) is None


def was_effective(record: Record, event: DeleteRequested | RollbackRequested) -> bool:
    """It was newer than what was desired when it was handled."""
    return record.operations[event.request_id].effective


def was_without_target(record: Record, event: DeleteRequested | RollbackRequested) -> bool:
    """It was a rollback that had no build to go back to."""
    operation = record.operations[event.request_id]
    return operation.kind is OperationKind.ROLLBACK and operation.target is None
