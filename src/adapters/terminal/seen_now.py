"""What is seen of a build at the moment: its pods, and what serves it."""

from collections.abc import Iterator

from knative_lambda.adapters.terminal.function_list import ready_word
from knative_lambda.adapters.terminal.obstacle import waits
from knative_lambda.domain.pod import PodStatus
from knative_lambda.domain.record import Phase
from knative_lambda.ports.build_view import BuildView


def seen_now(view: BuildView) -> Iterator[str]:
    """A sentence each, as strangers may have said it."""
    for pod in view.job.pods if view.job is not None else ():
        where = f" on {pod.node}" if pod.node else ""
        yield f"pod {pod.name}{where}: {_state(pod.status)}"
    known, build = view.view, view.build
    if known is None or build is None or build.phase is not Phase.COMPLETE:
        return
    if known.serving is not None:
        said = f": {known.serving.message}" if known.serving.message else ""
        yield f"Service ready: {ready_word(known.serving)}{said}"
    for trigger in known.triggers or ():
        if not trigger.ready:
            yield f"Trigger {trigger.name} not ready: {trigger.message}"


def _state(pod: PodStatus) -> str:
    said = [pod.phase, pod.reason, pod.message.strip(), pod.unschedulable, pod.disruption]
    going = ["being deleted"] if pod.deleting else []
    return "; ".join(part for part in [*said, *going, *waits(pod)] if part)
