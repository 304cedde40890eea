"""Build Jobs in a cluster, seen: a Job, its pods, and the Events that tell of them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from knative_lambda.adapters.kubernetes.api import KubernetesApi
from knative_lambda.adapters.kubernetes.job_reading import Condition, read_job
from knative_lambda.adapters.kubernetes.kinds import EVENTS, JOBS, PODS
from knative_lambda.adapters.kubernetes.objects import Object, Objects
from knative_lambda.adapters.kubernetes.pod_reading import read_pod
from knative_lambda.domain import labels
from knative_lambda.domain.instants import parse_instant
from knative_lambda.ports.job_sight import Happening, JobSight, SeenJob, SeenPod

_MADE: Final = re.compile(r"Created pod: ([a-z0-9.-]{1,253})")


@attrs.frozen
class KanikoJobSight(JobSight):
    """Clusters keep Events for an hour, if they are not told otherwise.

    Attributes:
        namespace: That of the builds.
    """

    api: KubernetesApi
    namespace: str

    async def look(self, job: str) -> SeenJob | None:
        """A call for the Job, and one for its pods.

        Raises:
            SetupError: One may not be read.
            TransientError: The API cannot be reached.
        """
        found = await Objects(self.api, JOBS, self.namespace).get(job)
        status = read_job(found) if found is not None else None
        if status is None:
            return None
        ours = {labels.MANAGED_BY: labels.MANAGER, labels.NAME: job}
        pods = await Objects(self.api, PODS, self.namespace).list(ours)
        return SeenJob(
            started=status.created,
            ended=status.ended,
            failure=_said(status.failed or status.failing),
            pods=tuple(map(_pod, sorted(pods, key=_made))),
        )

    async def happenings(self, job: str, pods: Sequence[str]) -> Sequence[Happening]:
        """A call for the Job's Events, and one for those of each pod, also of one that is gone.

        Raises:
            SetupError: They may not be read.
            TransientError: The API cannot be reached.
        """
        events = Objects(self.api, EVENTS, self.namespace)
        found = list(await events.list({}, about("Job", job)))
        made = {name for each in found for name in _MADE.findall(each.get("message") or "")}
        for name in sorted({*pods, *made}):
            found += await events.list({}, about("Pod", name))
        return sorted(map(_happening, found), key=lambda each: each.at or 0)


def about(kind: str, name: str) -> dict[str, str]:
    """The fields by which the Events of one object are found."""
    return {"involvedObject.kind": kind, "involvedObject.name": name}


def _said(condition: Condition | None) -> str:
    if condition is None:
        return ""
    return ": ".join(part for part in (condition.reason, condition.message) if part)


def _made(pod: Object) -> str:
    return str(pod["metadata"].get("creationTimestamp", ""))


def _pod(pod: Object) -> SeenPod:
    node = (pod.get("spec") or {}).get("nodeName") or ""
    return SeenPod(name=pod["metadata"]["name"], node=node, status=read_pod(pod))


def _happening(event: Mapping[str, Any]) -> Happening:
    # What is told once has a time of its own; what is told again and again, a series of them.
    series = event.get("series") or {}
    told = [
        *(series.get("lastObservedTime"), event.get("lastTimestamp"), event.get("eventTime")),
        event["metadata"].get("creationTimestamp"),
    ]
    at = next((parse_instant(time) for time in told if isinstance(time, str)), None)
    return Happening(
        at=at,
        about=str((event.get("involvedObject") or {}).get("kind", "")),
        reason=event.get("reason") or "",
        message=event.get("message") or "",
        times=series.get("count") or event.get("count") or 1,
    )
