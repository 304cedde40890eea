"""Pods of builds as real clusters have shown them, by the name of the experiment."""

from typing import Final

import attrs

from knative_lambda.domain.failures import Reason
from knative_lambda.domain.pod import FETCH, KANIKO, SIDECAR, ContainerStatus, PodStatus

DIGEST: Final = f"sha256:{'60e93b0a' * 8}"
CHECK: Final = (
    "error checking push permissions -- make sure you entered the correct tag name, and that you "
    'are authenticated correctly, and try again: checking push permission for "registry.test/a": '
)
STAGE: Final = "error building image: error building stage: failed to execute command: "
USAGE: Final = """\
Usage:
  executor [flags]
  executor [command]

Flags:
      --build-arg multi-arg type   This flag allows you to pass in ARG values at build time.
  -v, --verbosity string           Log level (default "info")
"""
# What Kaniko leaves as its last words: at most so much of the end of what it wrote.
_LAST_WORDS: Final = 2048
RUNNING: Final = ContainerStatus(running=True)
FETCHED: Final = ContainerStatus(exit_code=0, reason="Completed")


def building(kaniko: ContainerStatus = RUNNING, **more: object) -> PodStatus:
    """A pod whose Kaniko is so; *more* of its fields."""
    containers = {SIDECAR: RUNNING, FETCH: FETCHED, KANIKO: kaniko}
    return PodStatus(**{"phase": "Running", "containers": containers, **more})  # type: ignore[arg-type]  # as it says


def ended(exit_code: int, word: str = "Error", last_words: str = "", **more: object) -> PodStatus:
    """A pod whose Kaniko has ended so; *more* of the pod's fields."""
    kaniko = ContainerStatus(exit_code=exit_code, reason=word, message=last_words)
    return building(kaniko, **more)


def waiting(kaniko: str, phase: str = "Pending", **more: object) -> PodStatus:
    """A pod whose Kaniko waits, and why."""
    return building(ContainerStatus(waiting=kaniko), phase=phase, **more)


@attrs.frozen
class Recorded:
    """How a pod was seen to end, and what that means.

    Attributes:
        reason: `None` for a success.
        log: What Kaniko wrote.
        timed_out: Whether its time was up.
    """

    pod: PodStatus
    reason: Reason | None
    log: str = ""
    timed_out: bool = False


def wrote(exit_code: int, log: str, reason: Reason, word: str = "Error") -> Recorded:
    """It left the end of *log* as its last words."""
    return Recorded(ended(exit_code, word, log[-_LAST_WORDS:]), reason, log)


def _without_pod(**more: object) -> PodStatus:
    return PodStatus(**more)  # type: ignore[arg-type]  # its fields


_SENT_AWAY: Final = {
    "EvictionByEvictionAPI": Reason.EVICTED,
    "PreemptionByScheduler": Reason.EVICTED,
    "DeletionByTaintManager": Reason.EVICTED,
    "TerminationByKubelet": Reason.EVICTED,
    "DeletionByPodGC": Reason.LOST,
}
_STORAGE: Final = "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. "
_GONE: Final = "The container could not be located when the pod was terminated"

RECORDED: Final = {
    "ok1": Recorded(ended(0, "Completed", DIGEST), None, "INFO[0003] Pushed registry.test/a\n"),
    "run3": wrote(3, f"{STAGE}waiting for process to exit: exit status 3", Reason.BUILD_EXIT),
    "run137": wrote(137, f"{STAGE}waiting for process to exit: exit status 137", Reason.BUILD_EXIT),
    "runkill": wrote(255, f"{STAGE}waiting for process to exit: signal: killed", Reason.BUILD_EXIT),
    "bad": wrote(
        1,
        "error building image: parsing dockerfile: dockerfile parse error on line 2: "
        "unknown instruction: FROBNICATE",
        Reason.DOCKERFILE_ERROR,
    ),
    "nofrom": wrote(
        1,
        "error building image: MANIFEST_UNKNOWN: manifest unknown; map[Tag:1]",
        Reason.IMAGE_PULL,
    ),
    "copymiss": wrote(
        1,
        "error building image: lstat /kaniko/buildcontext/nope.txt: no such file or directory",
        Reason.BUILD_EXIT,
    ),
    "nocontext": wrote(
        1,
        f"Error: error resolving source context: NoSuchKey: it does not exist\n{USAGE * 9}",
        Reason.INTERNAL,
    ),
    "s3down": wrote(
        1,
        "Error: error resolving source context: dial tcp 10.1.1.1:9000: connection refused\n"
        f"{USAGE * 9}",
        Reason.INTERNAL,
    ),
    "garbage": wrote(
        1,
        f"Error: error resolving source context: gzip: invalid header\n{USAGE * 9}",
        Reason.INTERNAL,
    ),
    "nodf": wrote(
        1,
        "Error: error resolving dockerfile path: please provide a valid path to a Dockerfile\n"
        f"{USAGE * 9}",
        Reason.DOCKERFILE_ERROR,
    ),
    "badflag": wrote(1, f"Error: unknown flag: --nope\n{USAGE * 9}", Reason.INTERNAL),
    "regdown": wrote(
        1,
        f"{CHECK}dial tcp 127.0.0.1:5999: connect: connection refused",
        Reason.REGISTRY_UNAVAILABLE,
    ),
    "blackhole": wrote(
        1, f"{CHECK}dial tcp 10.1.1.1:5000: i/o timeout", Reason.REGISTRY_UNAVAILABLE
    ),
    "baddest": wrote(
        1, f"{CHECK}repository can only contain the characters `a-z`: A", Reason.INTERNAL
    ),
    "denied": wrote(1, f"{CHECK}DENIED: requested access is denied", Reason.PUSH_DENIED),
    "regdownlate": Recorded(
        ended(1, "Error", DIGEST),
        Reason.REGISTRY_UNAVAILABLE,
        "error pushing image: failed to push to destination registry.test/a:1: "
        "dial tcp 127.0.0.1:5000: connect: connection refused",
    ),
    "mem3": wrote(137, "INFO[0002] Taking snapshot", Reason.OUT_OF_MEMORY, "OOMKilled"),
    "oomrun2": wrote(255, f"{STAGE}signal: killed", Reason.OUT_OF_MEMORY, "OOMKilled"),
    "oomrun": Recorded(ended(0, "OOMKilled", DIGEST), None, f"{STAGE}signal: killed"),
    "mem3, as it was to go": Recorded(
        ended(137, "OOMKilled", deleting=True), Reason.OUT_OF_MEMORY, "INFO[0002] Taking snapshot"
    ),
    "deadline": Recorded(
        building(deleting=True), Reason.TIMEOUT, "INFO[0009] sleep 1000", timed_out=True
    ),
    "deadline, its end seen": Recorded(
        ended(143, deleting=True), Reason.TIMEOUT, "INFO[0009] sleep 1000", timed_out=True
    ),
    "podkill": Recorded(building(deleting=True), Reason.LOST, "INFO[0001] Retrieving"),
    "podkill, its end seen": Recorded(ended(143, deleting=True), Reason.LOST),
    "poison kill1": wrote(143, "INFO[0002] Running: kill -TERM 1", Reason.BUILD_EXIT),
    "poison int": wrote(130, "INFO[0002] Running: kill -INT 1", Reason.BUILD_EXIT),
    "evict": Recorded(
        ended(
            137,
            "ContainerStatusUnknown",
            _GONE,
            phase="Failed",
            reason="Evicted",
            message=_STORAGE,
        ),
        Reason.EVICTED,
    ),
    "evicted before its end was seen": Recorded(
        building(phase="Failed", reason="Evicted", message=_STORAGE), Reason.EVICTED
    ),
    "its status lost": Recorded(
        ended(137, "ContainerStatusUnknown", _GONE, phase="Failed"), Reason.LOST
    ),
    **{
        f"disrupted: {word}": Recorded(ended(143, disruption=word, deleting=True), reason)
        for word, reason in _SENT_AWAY.items()
    },
    **{
        f"disrupted, no end seen: {word}": Recorded(
            building(disruption=word, deleting=True), reason
        )
        for word, reason in _SENT_AWAY.items()
    },
    "disrupted for another reason": Recorded(
        building(disruption="SomethingNew", deleting=True), Reason.EVICTED
    ),
    "disrupted, and its time was up too": Recorded(
        building(disruption="EvictionByEvictionAPI", deleting=True),
        Reason.EVICTED,
        timed_out=True,
    ),
    "failed by itself while it was disrupted": Recorded(
        ended(3, disruption="EvictionByEvictionAPI", deleting=True), Reason.BUILD_EXIT
    ),
    "preempted on its node": Recorded(
        building(phase="Failed", reason="Preempting"), Reason.EVICTED
    ),
    "its node shut down": Recorded(building(phase="Failed", reason="Terminated"), Reason.EVICTED),
    "its node lost": Recorded(ended(137, phase="Failed", reason="NodeLost"), Reason.LOST),
    "its node refused it": Recorded(
        _without_pod(phase="Failed", reason="OutOfmemory", message="Node has no room"),
        Reason.UNSCHEDULABLE,
    ),
    "imgpull": Recorded(waiting("ImagePullBackOff"), Reason.IMAGE_PULL, timed_out=True),
    "imgpull, tried again": Recorded(waiting("ErrImagePull"), Reason.IMAGE_PULL, timed_out=True),
    "image name": Recorded(waiting("InvalidImageName"), Reason.IMAGE_PULL, timed_out=True),
    "nat-sidenoimg": Recorded(
        PodStatus(
            containers={
                SIDECAR: ContainerStatus(waiting="ImagePullBackOff"),
                FETCH: ContainerStatus(waiting="PodInitializing"),
                KANIKO: ContainerStatus(waiting="PodInitializing"),
            }
        ),
        Reason.IMAGE_PULL,
        timed_out=True,
    ),
    "a Secret of its variables is missing": Recorded(
        waiting("CreateContainerConfigError"), Reason.INTERNAL, timed_out=True
    ),
    "unsched": Recorded(
        PodStatus(unschedulable="0/1 nodes are available: 1 Insufficient memory."),
        Reason.UNSCHEDULABLE,
        timed_out=True,
    ),
    **{
        f"fetch exits with {code}": Recorded(
            waiting(
                "PodInitializing",
                "Failed",
                containers={
                    SIDECAR: RUNNING,
                    FETCH: ContainerStatus(exit_code=code, reason="Error"),
                    KANIKO: ContainerStatus(waiting="PodInitializing"),
                },
            ),
            Reason.UNSCHEDULABLE if code == 3 else Reason.INTERNAL,
        )
        for code in (1, 2, 3, 4, 5, 6, 7, 8, 143)
    },
    "deleted while it fetches": Recorded(
        waiting(
            "PodInitializing",
            deleting=True,
            containers={FETCH: ContainerStatus(exit_code=143, reason="Error")},
        ),
        Reason.LOST,
    ),
    "nothing is known of it": Recorded(_without_pod(phase="Failed"), Reason.LOST),
    "succeeded, without a word of Kaniko": Recorded(_without_pod(phase="Succeeded"), Reason.LOST),
}
