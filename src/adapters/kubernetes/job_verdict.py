"""How a build ended whose sidecar may not have told: from its Job, and its pod if there is one.

Pure. All is judged by whoever judges pods: where there is no pod, of one that would show what the
Job says.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from knative_lambda.adapters.kubernetes.job_reading import JobStatus
from knative_lambda.adapters.kubernetes.pod_reading import read_pod
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.instants import parse_instant
from knative_lambda.domain.pod import KANIKO, START_WITHIN, ContainerStatus, PodStatus
from knative_lambda.domain.verdict import Verdict

Pod = Mapping[str, Any]
_SECOND: Final = 1_000_000_000
_GONE_WITHIN: Final = 300 * _SECOND  # after its grace; a pod that stays longer has lost its node
_KILLED: Final = 137  # by its memory limit, most often
_EXIT_CODE: Final = re.compile(r" failed with exit code (\d{1,3}) ")
_NOWHERE: Final = PodStatus(unschedulable="there is no pod")
_GONE: Final = PodStatus(deleting=True)
_UNFURNISHED: Final = PodStatus(
    containers={KANIKO: ContainerStatus(waiting="CreateContainerConfigError")}
)


class Judge(Protocol):
    """How the build in a pod ended; `None` while it may still end by itself."""

    def __call__(self, pod: PodStatus, /, *, timed_out: bool = False) -> Verdict | None:
        """Judge *pod*; *timed_out* says that its time is up for whatever it does now."""
        ...


def needs_pods(job: JobStatus, now: int) -> bool:
    """Whether `verdict` cannot be told from the Job alone."""
    if job.ended is not None:
        return job.failed is not None
    return not job.is_ready and now - job.created > START_WITHIN * _SECOND


def verdict(job: JobStatus, pods: Sequence[Pod], now: int, judge: Judge) -> Verdict | None:
    """How the build of *job* ended, or that it will never begin; `None` while it may succeed.

    Args:
        job: As it is now.
        pods: All that it has; none if `needs_pods` says so.
        now: UTC nanoseconds since 1970.
        judge: Of pods.
    """
    newest = max(pods, key=lambda pod: str(pod["metadata"]["creationTimestamp"]), default=None)
    if job.complete is not None:
        return Verdict()  # its image is the registry's to tell
    if job.failed is not None:
        return _of_failed(job, newest, judge)
    return _of_stalled(job, newest, now, judge) if needs_pods(job, now) else None


def _of_failed(job: JobStatus, pod: Pod | None, judge: Judge) -> Verdict | None:
    seen = _shown(job) if pod is None else read_pod(pod)
    # Whoever sent a pod away says why; that its time was up as well is no wonder then.
    timed_out = job.timed_out and not seen.disruption
    return judge(seen, timed_out=timed_out) or judge(_GONE, timed_out=timed_out)


def _shown(job: JobStatus) -> PodStatus:
    """What a pod would show of what the Job says, now that there is none."""
    code = _EXIT_CODE.search(job.failed.message if job.failed is not None else "")
    if code is not None:
        kaniko = ContainerStatus(exit_code=int(code[1]))
        # The pods of failed Jobs stay: somebody deleted it, which may be what ended Kaniko.
        deleting = kaniko.exit_code != _KILLED
        return PodStatus(phase="Failed", deleting=deleting, containers={KANIKO: kaniko})
    return _GONE if job.had_pod else _NOWHERE


def _of_stalled(job: JobStatus, pod: Pod | None, now: int, judge: Judge) -> Verdict | None:
    """Of a Job that goes on, with nothing in its pod that could tell that it leads nowhere."""
    if pod is None:
        told_soon = job.had_pod or job.failing is not None
        return None if told_soon else judge(_NOWHERE, timed_out=True)
    seen = read_pod(pod)
    if seen.deleting:
        return judge(seen, timed_out=job.timed_out) if _is_stuck(pod, now) else None
    kaniko = seen.containers.get(KANIKO, ContainerStatus())
    if kaniko.running or kaniko.exit_code is not None:
        return None
    found = judge(seen, timed_out=True)
    if found is not None and found.reason is not Reason.TIMEOUT:
        return found
    # Nothing is said to keep it. Whatever runs in it will tell; if nothing does, nobody will.
    if any(one.started is not None for one in seen.containers.values()):
        return None
    # A node that has taken it most likely waits for what it is to mount; only Events say so.
    has_node = bool((pod.get("spec") or {}).get("nodeName"))
    return judge(_UNFURNISHED if has_node else _NOWHERE, timed_out=True)


def _is_stuck(pod: Pod, now: int) -> bool:
    until = parse_instant(pod["metadata"]["deletionTimestamp"])
    return until is not None and now - until > _GONE_WITHIN
