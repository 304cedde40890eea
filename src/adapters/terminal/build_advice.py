"""What to do next about a build, by where it stands."""

from knative_lambda.adapters.terminal.advice import ENDS, FAILURES
from knative_lambda.adapters.terminal.build_facts import short
from knative_lambda.domain.record import Build, Phase, Served


def next_step(build: Build) -> str:
    """The next step; empty when there is nothing to be done."""
    name = short(build.id)
    reason = build.outcome.reason if build.outcome is not None else None
    match build.phase:
        case Phase.OPEN:
            return f"follow it with: knative-lambda logs -f {name}"
        case Phase.FAILED if reason is not None:
            return f"see why with: knative-lambda explain {name}; and then: {FAILURES[reason]}"
        case Phase.CANCELLED | Phase.SUPERSEDED:
            return ENDS[f"build.{build.phase.value}"]
        case Phase.COMPLETE if build.served is Served.NOT_YET:
            return "it is about to be served: look again"
        case _:
            return ""
