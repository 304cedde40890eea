"""Histories of builds' pods, step by step, as they were seen on a real cluster.

Each is a tuple of steps: seconds since the step before, and what happens then. What the cluster
does by itself is in none of them: a pod that is told to go, and a Job that is overdue, leave
their history for `GOING` and `OVERDUE`.
"""

from typing import Final

from support.kubernetes.changes import (
    complete,
    condition,
    criteria_met,
    ended,
    failed,
    failing,
    left,
    lost,
    node_lost,
    overdue,
    phase,
    pod_deleted,
    pod_gone,
    pod_made,
    running,
    said,
    scheduled,
    sidecar_ended,
    sidecar_killed,
    sidecar_shown,
    terminated,
    told,
    waiting,
    waiting_again,
)
from support.kubernetes.lives import Step
from support.kubernetes.pods import Role

History = tuple[Step, ...]

DIGEST: Final = f"sha256:{'7' * 64}"

_CREATED: Final[History] = ((0.1, pod_made), (0.1, scheduled))
_CONTEXT_FETCHED: Final[History] = (
    (0.5, running(Role.SIDECAR)),
    (0.3, running(Role.FETCH)),
    (0.4, ended(Role.FETCH, 0)),
)
_STARTED: Final[History] = (
    *_CREATED,
    *_CONTEXT_FETCHED,
    (0.3, running(Role.MAIN)),
    (0.1, said(Role.MAIN, "INFO[0000] Retrieving image manifest\n")),
)
_SIDECAR_GOES: Final[History] = ((0.2, sidecar_ended), (0.5, sidecar_shown))
_COMPLETES: Final[History] = (
    *_SIDECAR_GOES,
    (1.1, phase("Succeeded")),
    (0.4, criteria_met),
    (0.5, complete),
)
_FAILS: Final[History] = (
    *_SIDECAR_GOES,
    (1.1, phase("Failed")),
    (0.5, failing),
    (1.5, failed),
)


def ends(code: int, reason: str = "", message: str = "", *, shown_first: bool = False) -> History:
    """The build's container ends; the sidecar is told, mostly before the API shows it.

    Args:
        shown_first: Whether the API shows it before the sidecar is told, as in two of six runs.
    """
    shown = ended(Role.MAIN, code, reason, message)
    if shown_first:
        return (1.5, shown), (0.7, terminated())
    return (1.5, terminated()), (0.1, shown)


def fails(code: int, message: str, reason: str = "", log: str = "") -> History:
    """The build fails; *message* is what its container leaves, *log* the last that it writes."""
    written = log or f"{message}\n"
    return (*_STARTED, (0.2, said(Role.MAIN, written)), *ends(code, reason, message), *_FAILS)


def succeeds(digest: str = DIGEST, reason: str = "", *, shown_first: bool = False) -> History:
    """The build succeeds, and leaves *digest*."""
    pushed = said(Role.MAIN, f"INFO[0002] Pushed the image with {digest}\n")
    return (
        *_STARTED,
        (0.2, pushed),
        *ends(0, reason, digest, shown_first=shown_first),
        *_COMPLETES,
    )


_FAILED_TO_RUN = (
    "error building image: error building stage: failed to execute command:"
    " waiting for process to exit: "
)
_USAGE = "      --verbosity string   Log level (trace, debug, info, warn, error, fatal, panic)\n"

SUCCESS: Final = succeeds()
SUCCESS_SHOWN_FIRST: Final = succeeds(shown_first=True)
SUCCESS_WITHOUT_DIGEST: Final = succeeds("")
RUN_EXIT_3: Final = fails(3, f"{_FAILED_TO_RUN}exit status 3")
RUN_EXIT_137: Final = fails(137, f"{_FAILED_TO_RUN}exit status 137")
RUN_KILLED: Final = fails(255, f"{_FAILED_TO_RUN}signal: killed")
BAD_DOCKERFILE: Final = fails(
    1,
    "error building image: parsing dockerfile: dockerfile parse error on line 2:"
    " unknown instruction: FROBNICATE",
)
FROM_MISSING: Final = fails(
    1,
    "error building image: GET http://127.0.0.1:5000/v2/nope/manifests/1:"
    " MANIFEST_UNKNOWN: manifest unknown; map[Tag:1]",
)
COPY_MISSING: Final = fails(
    1,
    "error building image: error building stage: failed to optimize instructions: failed to get"
    " files used from context: copy: lstat /kaniko/buildcontext/nope.txt: no such file or"
    " directory",
)
USAGE_ONLY: Final = fails(
    1, _USAGE, log=f"Error: error resolving dockerfile path: please provide a path\n{_USAGE}"
)
PUSH_DENIED: Final = fails(
    1,
    "error checking push permissions -- make sure you entered the correct tag name, and that you"
    " are authenticated correctly, and try again: checking push permission for"
    ' "127.0.0.1:5000/fn/a:1": POST http://127.0.0.1:5000/v2/fn/a/blobs/uploads/: UNAUTHORIZED:'
    " authentication required",
)
REGISTRY_DOWN: Final = fails(
    1,
    "error checking push permissions -- make sure you entered the correct tag name, and that you"
    " are authenticated correctly, and try again: checking push permission for"
    ' "127.0.0.1:5000/fn/a:1": Get "http://127.0.0.1:5000/v2/": dial tcp 127.0.0.1:5000: connect:'
    " connection refused",
)
PUSH_FAILS_AFTER_BUILD: Final = fails(
    1, DIGEST, log="error pushing image: failed to push to destination: connection refused\n"
)
OOM_KANIKO: Final = fails(137, "INFO[0001] Taking snapshot of full filesystem...", "OOMKilled")
OOM_RUN_FAILS: Final = fails(255, f"{_FAILED_TO_RUN}signal: killed", "OOMKilled")
OOM_RUN_GOES_ON: Final = succeeds(reason="OOMKilled")

RUNS_FOR_EVER: Final[History] = _STARTED
"""Until it is deleted, or its Job is overdue."""

CONTEXT_MISSING: Final[History] = (
    *_CREATED,
    (0.5, running(Role.SIDECAR)),
    (0.3, running(Role.FETCH)),
    (0.2, said(Role.FETCH, "the context is not there\n")),
    (0.4, ended(Role.FETCH, 6, message="the context is not there")),
    (1.0, terminated()),
    *_FAILS,
)

_PULLED = 'Back-off pulling image "kaniko"'
KANIKO_IMAGE_MISSING: Final[History] = (
    *_CREATED,
    *_CONTEXT_FETCHED,
    (1.0, waiting(Role.MAIN, "ErrImagePull", "manifest unknown")),
    (12.0, waiting(Role.MAIN, "ImagePullBackOff", _PULLED)),
    (15.0, waiting(Role.MAIN, "ErrImagePull", "manifest unknown")),
    (14.0, waiting(Role.MAIN, "ImagePullBackOff", _PULLED)),
)
SIDECAR_IMAGE_MISSING: Final[History] = (
    *_CREATED,
    (1.0, waiting(Role.SIDECAR, "ErrImagePull", "manifest unknown")),
    (12.0, waiting(Role.SIDECAR, "ImagePullBackOff", 'Back-off pulling image "sidecar"')),
)
KANIKO_CONFIG_BROKEN: Final[History] = (
    *_CREATED,
    *_CONTEXT_FETCHED,
    (
        0.5,
        waiting(
            Role.MAIN,
            "CreateContainerConfigError",
            "container's runAsUser breaks non-root policy",
        ),
    ),
)
SIDECAR_CONFIG_BROKEN: Final[History] = (
    *_CREATED,
    (
        0.5,
        waiting(Role.SIDECAR, "CreateContainerConfigError", 'secret "build-broker" not found'),
    ),
)
VOLUME_MISSING: Final[History] = _CREATED
"""A Secret that is mounted is not there: no container starts, and only Events say why."""
UNSCHEDULABLE: Final[History] = (
    (0.1, pod_made),
    (
        0.1,
        condition(
            "PodScheduled",
            "False",
            "Unschedulable",
            "0/1 nodes are available: 1 Insufficient memory.",
        ),
    ),
)

_OVER_STORAGE = "Pod ephemeral local storage usage exceeds the total limit of containers 64Mi. "
_NOT_LOCATED = "The container could not be located when the pod was terminated"
EVICTED: Final[History] = (
    *_STARTED,
    (5.0, terminated(grace=2)),
    (0.1, sidecar_ended),
    (0.5, sidecar_shown),
    (0.1, lost(Role.MAIN, _NOT_LOCATED)),
    (0.0, condition("DisruptionTarget", "True", "TerminationByKubelet", _OVER_STORAGE)),
    (0.0, phase("Failed", "Evicted", _OVER_STORAGE)),
    (0.5, failing),
    (1.5, failed),
)
NODE_LOST: Final[History] = (
    *_STARTED,
    (5.0, node_lost),
    (0.0, sidecar_killed),
    (40.0, condition("Ready", "False", "NodeNotReady")),
    (
        300.0,
        condition(
            "DisruptionTarget",
            "True",
            "DeletionByTaintManager",
            "Taint manager: deleting due to NoExecute taint",
        ),
    ),
    (0.0, pod_deleted),
    (
        60.0,
        condition("DisruptionTarget", "True", "DeletionByPodGC", "PodGC: no such node"),
    ),
    (0.0, phase("Failed")),
    (0.0, pod_gone),
    (0.5, failing),
    (1.5, failed),
)
NODE_BACK: Final[History] = (
    *_STARTED,
    (5.0, node_lost),
    (0.0, sidecar_killed),
    (40.0, condition("Ready", "False", "NodeNotReady")),
    (60.0, lost(Role.SIDECAR, _NOT_LOCATED)),
    (0.0, lost(Role.MAIN, _NOT_LOCATED)),
    (0.0, phase("Failed")),
    (0.5, failing),
    (1.5, failed),
)
SIDECAR_KILLED: Final[History] = (
    *_STARTED,
    (0.5, sidecar_killed),
    (30.0, said(Role.MAIN, "INFO[0031] Still at it\n")),
    *ends(0, "", DIGEST),
    *_COMPLETES,
)
"""It is started again before the build ends."""
SIDECAR_KILLED_FOR_GOOD: Final[History] = (
    *_STARTED,
    (0.5, sidecar_killed),
    *ends(0, "", DIGEST, shown_first=True),
    *_COMPLETES,
)
"""The build ends before it is started again, and then it never is."""
_NO_ACCOUNT: Final = (
    'Error creating: pods "build-" is forbidden: error looking up service account'
    ' builds/builder: serviceaccount "builder" not found'
)
MISSING_SERVICE_ACCOUNT: Final[History] = ((0.1, told("FailedCreate", _NO_ACCOUNT)),)

GOING: Final[History] = (
    (0.0, waiting_again),
    (0.0, terminated()),
    (0.2, sidecar_ended),
    (0.2, left),
    (0.1, failing),
    (0.1, pod_gone),
    (1.5, failed),
)
"""The pod was told to go: it shows its containers as they were until the last has ended.

Then it is still there for a moment, until the Job controller has taken note of how it ended.
"""

VANISHED: Final[History] = ((0.5, failing), (1.0, failed))
"""The pod is there no longer, and was given no grace."""

OVERDUE: Final[History] = ((0.0, overdue), (0.0, pod_deleted), *VANISHED)
"""The Job has lasted too long; a pod that still runs is `GOING` first."""
