"""Builds that somebody asks about, and what is told of them."""

from typing import Any, Final

import attrs
from support.domain import FUNCTION, NOON, SECOND, build, cloud_event, record, start_data

from knative_lambda.domain import names
from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.pod import KANIKO, SIDECAR, ContainerStatus, PodStatus
from knative_lambda.domain.record import Build, Outcome, Phase, Record
from knative_lambda.domain.rejection import Rejection
from knative_lambda.ports.build_view import BuildView, GivenUp, Places
from knative_lambda.ports.event_source import Failure, Message
from knative_lambda.ports.function_view import FunctionView, Serving
from knative_lambda.ports.job_sight import Happening, SeenJob, SeenPod
from knative_lambda.ports.letters import Letter, Reading
from knative_lambda.ports.trigger_sight import SeenTrigger

PLACES: Final = Places("builds", "functions", letters=True)
JOB: Final = names.job(FUNCTION, build(3, Phase.OPEN).id)
POD: Final = f"{JOB}-x1"
GONE: Final = (
    "its Job and pod: not there any more",
    "Events of its Job and pod: there are none any more; most clusters keep them for an hour",
)


@attrs.frozen
class Told:
    """What is seen of a build, and the text that is told of it."""

    view: BuildView
    text: str


def at(second: int) -> int:
    return NOON + second * SECOND


def line(second: int, about: str, reason: str, message: str, times: int = 1) -> Happening:
    """What a cluster noted, so many seconds after noon."""
    return Happening(at=at(second), about=about, reason=reason, message=message, times=times)


CREATED: Final = line(4, "Job", "SuccessfulCreate", f"Created pod: {POD}")


def pod(status: PodStatus) -> SeenJob:
    """A Job that failed, and its pod."""
    seen = SeenPod(name=POD, node="node-1", status=status)
    return SeenJob(started=at(4), ended=at(58), failure="BackoffLimitExceeded", pods=(seen,))


def ended(code: int, reason: str = "Error") -> SeenJob:
    """A Job whose build ended with that exit code."""
    kaniko = ContainerStatus(exit_code=code, reason=reason, started=at(10), ended=at(50))
    return pod(PodStatus(phase="Failed", containers={KANIKO: kaniko}))


def waiting(word: str, message: str) -> PodStatus:
    """A pod whose Kaniko waits for what does not come, while its sidecar runs."""
    sidecar = ContainerStatus(running=True, started=at(6))
    kaniko = ContainerStatus(waiting=word, message=message)
    return PodStatus(containers={SIDECAR: sidecar, KANIKO: kaniko})


def view_of(
    one: Build,
    known: Record | None = None,
    serving: Serving | None = None,
    triggers: tuple[SeenTrigger, ...] | None = None,
    **seen: Any,
) -> BuildView:
    """The view of *one*, in a record with nothing else or in *known*."""
    function = FunctionView(known or record(one), serving, triggers)
    usual: dict[str, Any] = {"function": FUNCTION, "view": function, "places": PLACES}
    return BuildView(build_id=one.id, **usual | seen)


def failed(reason: Reason, detail: str, **seen: Any) -> BuildView:
    """A build that failed."""
    outcome = Outcome(ended_at=at(60), reason=reason, detail=detail)
    return view_of(build(3, Phase.FAILED, outcome=outcome), **seen)


def refused(reason: Reason, detail: str) -> BuildView:
    """A build that never began."""
    outcome = Outcome(ended_at=at(5), reason=reason, detail=detail)
    return view_of(build(3, Phase.FAILED, outcome=outcome, content=None, image=None))


def letter(kind: str, reason: str, detail: str, refusal: PermanentError | None = None) -> GivenUp:
    """An event of that type about the build, which was given up."""
    event = cloud_event(kind, start_data(build_id=build(3, Phase.OPEN).id))
    kept = Letter(
        id="4f2a9c01b7de",
        message=Message(b"{}"),
        reason=reason,
        detail=detail,
        arrived=at(3),
        kept_at=at(55),
        attempts=1 if refusal is None else 0,
        failures=(Failure(at(4), "S3 cannot be reached"),) if refusal is None else (),
    )
    return GivenUp(kept, Reading(event, FUNCTION, refusal))


REFUSED: Final = letter(
    "build.start",
    "invalid",
    "runtime: 'cobol': must be another",
    PermanentError(Rejection.INVALID, "runtime: 'cobol': must be another"),
)
GIVEN_UP: Final = letter("build.start", "retries_exhausted", "S3 cannot be reached")
OUTCOME: Final = letter("build.complete", "foreign_service", "a Service of its name is not ours")
REUSED: Final = letter("build.start", "id_reused", "another request has this id")
