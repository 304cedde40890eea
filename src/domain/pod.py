"""What is seen of a build's pod: the little that tells how the build ended."""

from collections.abc import Mapping
from typing import Final

import attrs

KANIKO: Final = "kaniko"  # the containers of a build's pod, by what they are for
SIDECAR: Final = "sidecar"
FETCH: Final = "fetch"
START_WITHIN: Final = 600  # seconds that a pod may wait for a node and its images


@attrs.frozen(kw_only=True)
class ContainerStatus:
    """A container of the pod, as the cluster tells of it.

    Attributes:
        waiting: Why it has not started, in the cluster's word, such as `ImagePullBackOff`; empty
            when it is not waiting.
        running: Whether it is said to run. During a pod's deletion it still is long after its end.
        exit_code: `None` while no end of it was told.
        reason: What its keeper calls the end, such as `OOMKilled`; explains, never decides.
        message: Of its waiting or its end; after a success the digest of what was pushed.
        started: UTC nanoseconds since 1970, if that was told.
        ended: The same.
    """

    waiting: str = ""
    running: bool = False
    exit_code: int | None = None
    reason: str = ""
    message: str = ""
    started: int | None = None
    ended: int | None = None


@attrs.frozen(kw_only=True)
class PodStatus:
    """A pod of ours.

    Attributes:
        created: UTC nanoseconds since 1970, if that was told.
        phase: `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
        reason: Of the pod itself, such as `Evicted`; empty otherwise.
        message: The same, as a sentence.
        deleting: Whether it was told to go, by a deadline or by somebody.
        unschedulable: Why no node takes it; empty when one has.
        disruption: Why it was disrupted, such as `EvictionByEvictionAPI`; empty otherwise.
        containers: By name; the init containers, and so the sidecar, among them.
    """

    uid: str = ""
    created: int | None = None
    phase: str = "Pending"
    reason: str = ""
    message: str = ""
    deleting: bool = False
    unschedulable: str = ""
    disruption: str = ""
    containers: Mapping[str, ContainerStatus] = attrs.field(factory=dict)
