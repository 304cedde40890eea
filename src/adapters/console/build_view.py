"""One build on its page: how it stands, why, and how it came to that."""

from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from knative_lambda.adapters.console.build_rows import BuildRow, build_row
from knative_lambda.adapters.console.words import digest, short
from knative_lambda.domain import names
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.record import Build, Phase, Record, Served
from knative_lambda.domain.strategy import Strategy

_LONGEST: Final = 8 * 1024  # characters of a detail
_ENDS: Final = {
    Phase.COMPLETE: "Built",
    Phase.FAILED: "Failed",
    Phase.CANCELLED: "Cancelled",
    Phase.SUPERSEDED: "Superseded",
}


@attrs.frozen(kw_only=True)
class Step:
    """Something that has happened, or is happening.

    Attributes:
        at: When, UTC nanoseconds since 1970; `None` if that is not recorded.
        after: Nanoseconds since the step before it, if both times are.
        told: More of it.
        kind: `done`, `bad`, `off` (it came to nothing) or `now`.
    """

    name: str
    at: int | None = None
    after: int | None = None
    told: str = ""
    kind: str = "done"


@attrs.frozen(kw_only=True)
class Cause:
    """Why a build failed.

    Attributes:
        detail: In the words that were published.
        advice: What to do.
    """

    reason: Reason
    detail: str
    advice: str


@attrs.frozen(kw_only=True)
class BuildView:
    """All there is to show of a build but its log."""

    row: BuildRow
    cause: Cause | None
    steps: tuple[Step, ...]
    facts: tuple[tuple[str, str], ...]
    warning: str | None
    fault: str | None


def build_view(
    record: Record, build: Build, advice: Mapping[Reason, str], fault: str | None = None
) -> BuildView:
    """The page of *build*, which *record* has.

    Args:
        record: Of its function.
        build: Of it.
        advice: What to do about each reason.
        fault: Why this may be out of date.
    """
    return BuildView(
        row=build_row(record, build),
        cause=_cause(build, advice),
        steps=tuple(_timed(_steps(record, build))),
        facts=tuple((name, value) for name, value in _facts(record, build) if value),
        warning=build.warning,
        fault=fault,
    )


def _cause(build: Build, advice: Mapping[Reason, str]) -> Cause | None:
    outcome = build.outcome
    if outcome is None or outcome.reason is None:
        return None
    detail = outcome.detail[:_LONGEST]
    return Cause(reason=outcome.reason, detail=detail, advice=advice.get(outcome.reason, ""))


def _steps(record: Record, build: Build) -> Iterator[Step]:
    outcome = build.outcome
    yield Step(name="Requested", at=build.key.at)
    yield Step(name="Accepted", at=build.accepted_at)
    if outcome is None:
        yield Step(name="Building", told=names.job(record.function, build.id), kind="now")
        return
    yield _end(build)
    if build.phase is not Phase.COMPLETE:
        return
    match build.served:
        case Served.NOT_YET:
            yield Step(name="Being deployed", kind="now")
        case Served.SUPERSEDED:
            yield Step(name="Not deployed", told="a newer build was", kind="off")
        case Served.CREATED | Served.UPDATED:
            yield Step(name="Deployed", told=names.service(record.function))


def _end(build: Build) -> Step:
    outcome = build.outcome
    told, kind = "", "done"
    if outcome is None:
        return Step(name="Building", kind="now")
    if outcome.by is not None:
        told, kind = f"by {short(outcome.by)}", "off"
    elif outcome.reason is not None:
        told, kind = outcome.reason.value, "bad"
    elif outcome.cached:
        told = "its content was built before: no Job ran"
    elif build.strategy is Strategy.APPEND:
        told = "put together in the registry: no Job ran"
    return Step(name=_ENDS.get(build.phase, "Ended"), at=outcome.ended_at, told=told, kind=kind)


def _timed(steps: Iterator[Step]) -> Iterator[Step]:
    before: int | None = None
    for step in steps:
        if step.at is None or before is None:
            yield step
        else:
            yield attrs.evolve(step, after=step.at - before)
        before = step.at if step.at is not None else before


def _facts(record: Record, build: Build) -> Iterator[tuple[str, str]]:
    content = build.content
    yield "Build", build.id
    if build.strategy is not Strategy.APPEND:
        yield "Job", names.job(record.function, build.id)
    yield "Revision", (content.revision or "") if content is not None else ""
    yield "Strategy", _strategy(build)
    yield "Content", content.content_hash[:12] if content is not None else ""
    yield "Image", build.image or ""
    yield "Digest", digest(build.digest)
    yield "SBOM", digest(build.sbom)
    yield "Correlation", build.correlation_id or ""


def _strategy(build: Build) -> str:
    return f"{build.strategy.value}: {build.strategy_reason}" if build.strategy is not None else ""
