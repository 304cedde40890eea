"""One build for a person: all that is known of it, and what to do."""

from knative_lambda.adapters.terminal.build_advice import next_step
from knative_lambda.adapters.terminal.build_facts import build_facts
from knative_lambda.adapters.terminal.sections import in_sections, pairs
from knative_lambda.adapters.terminal.table import named
from knative_lambda.domain.record import Build, Record


def build_story(record: Record, build: Build, now: int) -> str:
    """All there is to tell of *build*, as of *now* (UTC nanoseconds since 1970)."""
    told = build_facts(record, build, now)
    del told["build_id"]
    known = {
        name.replace("_", " "): value for name, value in told.items() if value not in (None, False)
    }
    step = next_step(build)
    return in_sections(
        {
            f"Build {build.id}": pairs({"function": named(record.function), **known}),
            "Next": [step] if step else [],
        }
    )
