"""From what an API says of a pod to the little that tells how its build ends. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from knative_lambda.domain.instants import parse_instant
from knative_lambda.domain.pod import ContainerStatus, PodStatus


def read_pod(pod: Mapping[str, Any]) -> PodStatus:
    """*pod*, an object of kind Pod; what it does not say, or says in an odd form, is left out."""
    metadata, status = pod.get("metadata") or {}, pod.get("status") or {}
    return PodStatus(
        uid=metadata.get("uid", ""),
        created=_instant(metadata.get("creationTimestamp")),
        phase=status.get("phase", "Pending"),
        reason=status.get("reason", ""),
        message=status.get("message", ""),
        deleting=metadata.get("deletionTimestamp") is not None,
        unschedulable=_why(status, "PodScheduled", "False", "Unschedulable"),
        disruption=_condition(status, "DisruptionTarget", "True").get("reason", ""),
        containers={each["name"]: _container(each) for each in _containers(status)},
    )


def _containers(status: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from status.get("initContainerStatuses") or ()
    yield from status.get("containerStatuses") or ()


def _condition(status: Mapping[str, Any], kind: str, value: str) -> Mapping[str, Any]:
    """The condition of that kind, if it has that value; else nothing."""
    for condition in status.get("conditions") or ():
        if (condition.get("type"), condition.get("status")) == (kind, value):
            found: Mapping[str, Any] = condition
            return found
    return {}


def _why(status: Mapping[str, Any], kind: str, value: str, reason: str) -> str:
    found = _condition(status, kind, value)
    return found.get("message") or reason if found.get("reason") == reason else ""


def _container(status: Mapping[str, Any]) -> ContainerStatus:
    state = status.get("state") or {}
    waiting = state.get("waiting") or {}
    running = state.get("running")
    ended = state.get("terminated") or {}
    return ContainerStatus(
        waiting=waiting.get("reason", ""),
        running=running is not None,
        exit_code=ended.get("exitCode"),
        reason=ended.get("reason", ""),
        message=ended.get("message") or waiting.get("message", ""),
        started=_instant((running or ended).get("startedAt")),
        ended=_instant(ended.get("finishedAt")),
    )


def _instant(text: object) -> int | None:
    # A node that could not say when gives no time at all.
    return parse_instant(text) if isinstance(text, str) else None
