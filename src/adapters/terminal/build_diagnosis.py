"""Why a build is where it is, and what to do, whatever became of it."""

import attrs

from knative_lambda.adapters.terminal.build_facts import short
from knative_lambda.adapters.terminal.complete_diagnosis import of_complete
from knative_lambda.adapters.terminal.diagnosis import Diagnosis, Step, tenant
from knative_lambda.adapters.terminal.failure_diagnosis import again, of_failure
from knative_lambda.adapters.terminal.open_diagnosis import of_open
from knative_lambda.adapters.terminal.table import named
from knative_lambda.adapters.terminal.unheard_diagnosis import of_letter, of_unknown
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.record import Outcome, Phase
from knative_lambda.ports.build_view import BuildView


def diagnosis(view: BuildView) -> Diagnosis:
    """Of the build of *view*; no command stands there twice."""
    found = _found(view)
    # Outside of a cluster, several things are seen by the same one.
    once: dict[str, Step] = {}
    for step in found.steps:
        once.setdefault(step.command, step)
    return attrs.evolve(found, steps=tuple(once.values()))


def _found(view: BuildView) -> Diagnosis:
    known, build = view.view, view.build
    if view.letter is not None and (build is None or build.phase in (Phase.OPEN, Phase.COMPLETE)):
        return of_letter(view, view.letter)
    if known is None or build is None:
        return of_unknown(view)
    if build.phase is Phase.COMPLETE:
        return of_complete(view, known, build)
    if build.outcome is None:
        return of_open(view)
    return _of_outcome(view, build.phase, build.outcome)


def _of_outcome(view: BuildView, phase: Phase, outcome: Outcome) -> Diagnosis:
    by = short(outcome.by)
    if phase is Phase.SUPERSEDED:
        newer = f"knative-lambda explain {by or named(view.function)}"
        why = "a newer request has taken its place: nothing is to be done"
        return Diagnosis(why, (tenant("see what became of that one", newer),))
    if phase is Phase.CANCELLED:
        why = f"it was cancelled, by the request {by}" if by else "it was cancelled"
        return Diagnosis(why, (again(view, "if it is still wanted, submit it again"),))
    return of_failure(view, outcome.reason or Reason.LOST, outcome.detail)
