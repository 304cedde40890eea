"""One build for a person: all that is known of it, and what to do."""

from knative_lambda.adapters.terminal.build_advice import next_step
from knative_lambda.adapters.terminal.build_facts import is_served, moment, took
from knative_lambda.adapters.terminal.sections import in_sections, pairs
from knative_lambda.adapters.terminal.table import named
from knative_lambda.domain import names
from knative_lambda.domain.printable import printable
from knative_lambda.domain.record import Build, Record, Served


def build_story(record: Record, build: Build, now: int) -> str:
    """All there is to tell of *build*, as of *now* (UTC nanoseconds since 1970)."""
    detail, step = build.outcome.detail if build.outcome is not None else "", next_step(build)
    return in_sections(
        {
            f"Build {build.id}": pairs(_known(record, build, now)),
            "Detail": printable(detail, kept="\n\t").splitlines(),
            "Next": [step] if step else [],
        }
    )


def _known(record: Record, build: Build, now: int) -> dict[str, object]:
    outcome, content = build.outcome, build.content
    told = {
        "function": named(record.function),
        "job": names.job(record.function, build.id),
        "phase": build.phase.value,
        "reason": outcome.reason.value if outcome is not None and outcome.reason else None,
        "by": outcome.by if outcome is not None else None,
        "cached": "yes" if outcome is not None and outcome.cached else None,
        "strategy": _strategy(build),
        "requested": moment(build.key.at),
        "accepted": moment(build.accepted_at),
        "ended": moment(outcome.ended_at) if outcome is not None else None,
        "took": took(build, now),
        "revision": content.revision if content is not None else None,
        "image": build.image,
        "digest": build.digest,
        "sbom": build.sbom,
        "served": _served(record, build),
        "correlation": build.correlation_id,
    }
    return {name: value for name, value in told.items() if value is not None}


def _strategy(build: Build) -> str | None:
    if build.strategy is None:
        return None
    return printable(f"{build.strategy.value}: {build.strategy_reason}")


def _served(record: Record, build: Build) -> str | None:
    if is_served(record, build):
        return "now"
    return None if build.served is Served.NOT_YET else build.served.value
