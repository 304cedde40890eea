"""What is seen of a build at the moment: its pods, and what serves it."""

from collections.abc import Iterator
from typing import Final

from knative_lambda.adapters.terminal.function_list import ready_word
from knative_lambda.domain.pod import PodStatus
from knative_lambda.domain.record import Phase
from knative_lambda.ports.build_view import BuildView

_ON_ITS_WAY: Final = frozenset({"", "PodInitializing", "ContainerCreating"})


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


def waits(pod: PodStatus) -> Iterator[str]:
    """Which containers of *pod* wait for what does not come by itself."""
    for name, container in pod.containers.items():
        if container.waiting not in _ON_ITS_WAY:
            said = f": {container.message}" if container.message else ""
            yield f"{name} waits: {container.waiting}{said}"


def _state(pod: PodStatus) -> str:
    said = [pod.phase, pod.reason, pod.message.strip(), pod.unschedulable, pod.disruption]
    going = ["being deleted"] if pod.deleting else []
    return "; ".join(part for part in [*said, *going, *waits(pod)] if part)
