"""All that is known of a build, as values that JSON has."""

from knative_lambda.domain import names
from knative_lambda.domain.instants import format_duration, format_instant
from knative_lambda.domain.record import Build, DesiredKind, Record

_SECOND = 1_000_000_000
_SHORT = 8  # hex digits by which people tell builds apart


def short(build_id: str | None) -> str:
    """Enough of a build's id to name it by."""
    return (build_id or "")[:_SHORT]


def moment(at: int) -> str:
    """*at* (UTC nanoseconds since 1970) to the second."""
    return format_instant(at // _SECOND * _SECOND)


def is_served(record: Record, build: Build) -> bool:
    """Whether it is what should be served."""
    desired = record.desired
    return (
        desired is not None and desired.kind is DesiredKind.DEPLOYED and desired.build == build.id
    )


def took(build: Build, now: int) -> str:
    """How long it took, or has taken up to *now* (UTC nanoseconds since 1970)."""
    ended = build.outcome.ended_at if build.outcome is not None else now
    return format_duration(ended - build.accepted_at)


def build_facts(record: Record, build: Build, now: int) -> dict[str, object]:
    """*build* of the function of *record*, as of *now* (UTC nanoseconds since 1970)."""
    outcome, content = build.outcome, build.content
    reason = outcome.reason if outcome is not None else None
    return {
        "build_id": build.id,
        "job_name": names.job(record.function, build.id),
        "phase": build.phase.value,
        "reason": reason.value if reason is not None else None,
        "retryable": reason.retryable if reason is not None else None,
        "detail": (outcome.detail or None) if outcome is not None else None,
        "by": outcome.by if outcome is not None else None,
        "cached": outcome.cached if outcome is not None else None,
        "build_strategy": build.strategy.value if build.strategy is not None else None,
        "build_strategy_reason": build.strategy_reason or None,
        "settled": build.settled,
        "requested_at": format_instant(build.key.at),
        "accepted_at": format_instant(build.accepted_at),
        "ended_at": format_instant(outcome.ended_at) if outcome is not None else None,
        "duration": took(build, now),
        "image_uri": build.image,
        "image_digest": build.digest,
        "sbom": build.sbom,
        "content_hash": content.content_hash if content is not None else None,
        "source_revision": content.revision if content is not None else None,
        "served": build.served.value,
        "desired": is_served(record, build),
        "correlation_id": build.correlation_id,
    }
