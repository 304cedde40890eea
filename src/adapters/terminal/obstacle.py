"""What keeps a build from beginning, or has kept it, as its cluster says."""

from collections.abc import Iterator
from typing import Final

from knative_lambda.domain.pod import FETCH, ContainerStatus, PodStatus
from knative_lambda.ports.build_view import BuildView

_ON_ITS_WAY: Final = frozenset({"", "PodInitializing", "ContainerCreating"})
_UNMADE: Final = "FailedCreate"  # the word for a pod that could not be made


def obstacle(view: BuildView) -> str:
    """The one that is seen, as a sentence of strangers; empty for none."""
    pods = view.job.pods if view.job is not None else ()
    if not pods:
        return next((each.message for each in view.happenings if each.reason == _UNMADE), "")
    pod = pods[-1].status
    if pod.unschedulable:
        return f"no node takes its pod: {pod.unschedulable}"
    fetch = pod.containers.get(FETCH, ContainerStatus())
    if fetch.exit_code:
        return f"its context was not fetched: {fetch.message or f'exit code {fetch.exit_code}'}"
    return next(waits(pod), "")


def waits(pod: PodStatus) -> Iterator[str]:
    """Which containers of *pod* wait for what does not come by itself."""
    for name, container in pod.containers.items():
        if container.waiting not in _ON_ITS_WAY:
            said = f": {container.message}" if container.message else ""
            yield f"{name} waits: {container.waiting}{said}"
