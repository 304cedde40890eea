"""How much a record remembers: what can be rolled back to, and requests for a while."""

from typing import Final

import attrs

from knative_lambda.domain.record import Build, DesiredKind, Operation, Phase, Record

ROLLBACK_TARGETS: Final = 10
REQUESTS_KEPT: Final = 200
_DAY: Final = 24 * 3600 * 1_000_000_000
REQUESTS_KEPT_FOR: Final = 7 * _DAY
DELETED_KEPT_FOR: Final = 30 * _DAY


def trimmed(record: Record) -> Record:
    """*record* without the configurations that nothing can need again."""
    complete = [build for build in record.builds.values() if build.phase is Phase.COMPLETE]
    newest = sorted(complete, key=lambda build: build.key, reverse=True)[:ROLLBACK_TARGETS]
    needed = {build.id for build in newest} | _named(record)
    spare = {
        build.id: attrs.evolve(build, config=None)
        for build in record.builds.values()
        if build.settled and build.config is not None and build.id not in needed
    }
    return attrs.evolve(record, builds={**record.builds, **spare}) if spare else record


def _named(record: Record) -> set[str | None]:
    desired = record.desired
    return {desired.build, desired.previous, desired.by} if desired is not None else set()


def _is_old(build: Build, now: int) -> bool:
    ended = build.outcome.ended_at if build.outcome is not None else build.accepted_at
    return build.settled and now - ended > REQUESTS_KEPT_FOR


def forgotten(record: Record, now: int) -> Record | None:
    """*record* without its old requests; `None` when all of it may go.

    A start that is forgotten raises the horizon: at or below it nothing new is let in, since
    it could be a repetition of what is no longer known.
    """
    desired = record.desired
    idle = all(_is_old(build, now) for build in record.builds.values()) and all(
        now - operation.handled_at > REQUESTS_KEPT_FOR for operation in record.operations.values()
    )
    if (
        idle
        and desired is not None
        and desired.kind is DesiredKind.DELETED
        and now - desired.key.at > DELETED_KEPT_FOR
    ):
        return None
    requests: list[Build | Operation] = [*record.builds.values(), *record.operations.values()]
    requests.sort(key=lambda request: request.key, reverse=True)
    kept = {request.id for request in requests[:REQUESTS_KEPT]} | _named(record)
    gone = [b for b in record.builds.values() if b.id not in kept and _is_old(b, now)]
    operations = {
        name: operation
        for name, operation in record.operations.items()
        if name in kept or now - operation.handled_at <= REQUESTS_KEPT_FOR
    }
    leaving = {build.id for build in gone}
    raised = [build.key for build in gone] + ([record.horizon] if record.horizon else [])
    return attrs.evolve(
        record,
        builds={name: build for name, build in record.builds.items() if name not in leaving},
        operations=operations,
        horizon=max(raised, default=None),
    )
