"""What has happened to a build, from all that tells of it, in the order of time."""

from collections.abc import Iterable, Iterator
from typing import Final

from knative_lambda.adapters.terminal.build_facts import is_served, short
from knative_lambda.adapters.terminal.letter_story import moments as moments_of_letter
from knative_lambda.adapters.terminal.letters import kind
from knative_lambda.adapters.terminal.printable import cut
from knative_lambda.domain import names
from knative_lambda.domain.record import Build, Record, Served
from knative_lambda.domain.strategy import Strategy
from knative_lambda.ports.build_view import BuildView, GivenUp
from knative_lambda.ports.job_sight import Happening, SeenJob

Moment = tuple[int | None, str]  # UTC nanoseconds since 1970, if that is known; and what happened

_LONGEST: Final = 300  # characters of what a cluster says
_NEWEST: Final = 20  # happenings
_WAYS: Final = {
    Strategy.APPEND: "without a Job",
    Strategy.KANIKO: "in a Job",
}


def moments(view: BuildView) -> list[Moment]:
    """The oldest first; what has no time stays behind what it was told after."""
    told: list[tuple[int, Moment]] = []
    for source in _sources(view):
        last = 0
        for at, text in source:
            last = at if at is not None else last
            told.append((last, (at, text)))
    return [moment for _, moment in sorted(told, key=lambda each: each[0])]


def _sources(view: BuildView) -> Iterator[Iterable[Moment]]:
    build, record = view.build, view.record
    if build is not None:
        yield _of_request(build)
    if view.letter is not None:
        yield _of_letter(view.letter)
    if view.job is not None and view.function is not None:
        yield _of_job(view.job, names.job(view.function, view.build_id))
    yield map(_of_happening, view.happenings[-_NEWEST:])
    if build is not None and record is not None:
        yield _of_outcome(record, build)


def _of_request(build: Build) -> Iterator[Moment]:
    yield build.key.at, "it was asked for"
    revision = build.content.revision if build.content is not None else None
    packed = f", from revision {revision}" if revision is not None else ""
    yield build.accepted_at, f"it was accepted{packed}"
    if build.strategy is not None:
        yield None, f"{_WAYS[build.strategy]}: {cut(build.strategy_reason, _LONGEST)}"
    if build.warning is not None:
        yield None, f"warning: {build.warning}"


def _of_letter(given_up: GivenUp) -> Iterator[Moment]:
    event = given_up.reading.event
    told = kind(event.type if event is not None else None)
    for at, text in moments_of_letter(given_up.letter):
        yield at, f"{told}: {text}"


def _of_job(job: SeenJob, name: str) -> Iterator[Moment]:
    yield job.started, f"its Job {name} was made"
    for pod in job.pods:
        for container, status in pod.status.containers.items():
            if status.started is not None:
                yield status.started, f"{container} began"
            if status.exit_code is not None:
                word = f", {status.reason}" if status.reason not in ("", "Error") else ""
                yield status.ended, f"{container} ended: exit code {status.exit_code}{word}"
    if job.failure:
        yield job.ended, f"its Job failed: {cut(job.failure, _LONGEST)}"
    elif job.ended is not None:
        yield job.ended, "its Job ended"


def _of_happening(happening: Happening) -> Moment:
    times = f" ({happening.times} times)" if happening.times > 1 else ""
    said = cut(happening.message, _LONGEST)
    return happening.at, f"{happening.about} {happening.reason}{times}: {said}"


def _of_outcome(record: Record, build: Build) -> Iterator[Moment]:
    outcome = build.outcome
    if outcome is None:
        return
    why = outcome.reason.value if outcome.reason is not None else ""
    why = f"by the request {short(outcome.by)}" if outcome.by is not None else why
    why = "cached" if outcome.cached else why
    yield outcome.ended_at, f"build.{build.phase.value}{': ' if why else ''}{why}"
    if build.served is not Served.NOT_YET:
        yield None, f"service.{build.served.value}"
    desired = record.desired
    if desired is not None and not is_served(record, build) and desired.key > build.key:
        yield desired.key.at, f"a newer request, {short(desired.by)}, changed what is served"
