"""From what a cluster says of a build's pod to how the build ended: pure, and total.

Kaniko's exit code 0 is success, whatever else is said. Otherwise what came from outside, such as
an eviction, explains an end that Kaniko did not choose; all others are judged by what it wrote.
"""

from typing import Final

import attrs

from knative_lambda.domain.failures import Reason
from knative_lambda.domain.fetch_exit import REASONS
from knative_lambda.domain.pod import FETCH, KANIKO, ContainerStatus, PodStatus
from knative_lambda.domain.verdict import BuildStatus, Verdict
from knative_lambda.sidecar.verdict import failure, judge

# How a process ends that was told to: by SIGINT, SIGKILL or SIGTERM, or, as a container's first
# process, with Go's own code. Commands of a Dockerfile may end so too: only together with a sign
# from outside do these say anything.
_TOLD_TO: Final = frozenset({2, 130, 137, 143})
_OUT_OF_MEMORY: Final = "OOMKilled"
_POD_REASONS: Final = {
    "Evicted": Reason.EVICTED,
    "Preempting": Reason.EVICTED,
    "NodeShutdown": Reason.EVICTED,
    "Shutdown": Reason.EVICTED,
    "Terminated": Reason.EVICTED,  # by the shutdown of its node
    "NodeLost": Reason.LOST,
    "DeadlineExceeded": Reason.TIMEOUT,
    "NodeAffinity": Reason.UNSCHEDULABLE,
    "UnexpectedAdmissionError": Reason.UNSCHEDULABLE,
}
_NO_ROOM: Final = "OutOf"  # of cpu, memory, pods: the node's own refusal
_COLLECTED: Final = "DeletionByPodGC"  # its node is gone
_UNPULLED: Final = frozenset(
    {
        "ErrImagePull",
        "ImagePullBackOff",
        "InvalidImageName",
        "ErrImageNeverPull",
        "ImageInspectError",
        "RegistryUnavailable",
        "SignatureValidationFailed",
    }
)
_UNSTARTED: Final = frozenset(
    {
        "CreateContainerConfigError",
        "CreateContainerError",
        "RunContainerError",
        "PreCreateHookError",
        "PreStartHookError",
        "PostStartHookError",
        "CrashLoopBackOff",
    }
)


def judge_pod(pod: PodStatus, log_tail: str = "", *, timed_out: bool = False) -> Verdict | None:
    """How the build in *pod* ended; `None` while it may still end by itself.

    A pod that is being deleted is shown with a Kaniko that runs until it is gone. Whoever is in
    time looks a little longer before taking a verdict on such a pod: an end may yet be shown.

    Args:
        pod: As it is now.
        log_tail: The end of what Kaniko has written, if that can be had.
        timed_out: Whether the time is up for whatever it does now: for its build, or its start.
    """
    kaniko = pod.containers.get(KANIKO) or ContainerStatus()
    if kaniko.exit_code is None:
        return _unended(pod, log_tail, timed_out=timed_out)
    if kaniko.exit_code in _TOLD_TO and kaniko.reason != _OUT_OF_MEMORY:
        outside = _from_outside(pod, timed_out=timed_out)
        if outside is not None:
            return _explained(outside, pod, log_tail)
    verdict = judge(
        BuildStatus(
            exit_code=kaniko.exit_code,
            word=kaniko.reason,
            message=kaniko.message,
            log_tail=log_tail,
        )
    )
    if verdict is None or kaniko.started is None or kaniko.ended is None:
        return verdict
    return attrs.evolve(verdict, ran=max(0, kaniko.ended - kaniko.started))


def has_begun(pod: PodStatus) -> bool:
    """Whether Kaniko has started."""
    kaniko = pod.containers.get(KANIKO) or ContainerStatus()
    return kaniko.running or kaniko.exit_code is not None


def unexplained(pod: PodStatus) -> Reason:
    """What Kaniko was waiting for that has not begun in time, where its pod names no obstacle."""
    fetch = pod.containers.get(FETCH) or ContainerStatus()
    # All that it needs is there then, but for its image: one that is pulled slowly says no more.
    return Reason.IMAGE_PULL if fetch.exit_code == 0 else Reason.INTERNAL


def obstacle(pod: PodStatus) -> Reason | None:
    """What keeps Kaniko from starting, if something does that does not pass by itself."""
    if has_begun(pod):
        return None
    if pod.unschedulable:
        return Reason.UNSCHEDULABLE
    waiting = {container.waiting for container in pod.containers.values()}
    if waiting & _UNPULLED:
        return Reason.IMAGE_PULL
    return Reason.INTERNAL if waiting & _UNSTARTED else None


def _unended(pod: PodStatus, log_tail: str, *, timed_out: bool) -> Verdict | None:
    fetch = (pod.containers.get(FETCH) or ContainerStatus()).exit_code
    outside = _from_outside(pod, timed_out=timed_out)
    if fetch and (fetch not in _TOLD_TO or outside is None):
        return failure(REASONS.get(fetch, Reason.INTERNAL))
    over = pod.phase in ("Succeeded", "Failed")
    if not (over or pod.deleting or timed_out):
        return None
    kept = obstacle(pod) if timed_out and not pod.deleting else None
    return _explained(kept or outside or Reason.LOST, pod, log_tail)


def _from_outside(pod: PodStatus, *, timed_out: bool) -> Reason | None:
    """What has ended Kaniko, or will, other than Kaniko."""
    if pod.reason in _POD_REASONS:
        return _POD_REASONS[pod.reason]
    if pod.reason.startswith(_NO_ROOM):
        return Reason.UNSCHEDULABLE
    if pod.disruption:
        # That its time is up as well is no wonder then.
        return Reason.LOST if pod.disruption == _COLLECTED else Reason.EVICTED
    if timed_out:
        return Reason.TIMEOUT
    return Reason.LOST if pod.deleting else None


def _explained(reason: Reason, pod: PodStatus, log_tail: str) -> Verdict:
    # A node says which limit was hit; what else a cluster says is its operator's alone.
    return failure(reason, log_tail, pod.message if reason is Reason.EVICTED else "")
