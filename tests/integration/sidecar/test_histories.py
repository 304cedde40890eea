"""In every history that a real cluster has shown, one outcome is told, and the right one."""

import pytest
from support.accompanied import BUILD, FUNCTION
from support.kubernetes import histories
from support.kubernetes.kubelet import Kubelet
from support.kubernetes.own_pods import record_in
from support.kubernetes.played import history
from support.played_sidecars import PlayedSidecars

from knative_lambda.domain.record import Phase

COMPLETE = "complete"
# What its sidecar says of each; nothing, where it was killed, or never ran.
TOLD = {
    "SUCCESS": COMPLETE,
    "SUCCESS_SHOWN_FIRST": COMPLETE,
    "SUCCESS_WITHOUT_DIGEST": COMPLETE,
    "OOM_RUN_GOES_ON": COMPLETE,
    "SIDECAR_KILLED": COMPLETE,
    "SIDECAR_KILLED_FOR_GOOD": "",
    "RUN_EXIT_3": "build_exit",
    "RUN_EXIT_137": "build_exit",
    "RUN_KILLED": "build_exit",
    "BAD_DOCKERFILE": "dockerfile_error",
    "FROM_MISSING": "image_pull",
    "COPY_MISSING": "build_exit",
    "USAGE_ONLY": "dockerfile_error",
    "PUSH_DENIED": "push_denied",
    "REGISTRY_DOWN": "registry_unavailable",
    "PUSH_FAILS_AFTER_BUILD": "registry_unavailable",
    "OOM_KANIKO": "out_of_memory",
    "OOM_RUN_FAILS": "out_of_memory",
    "CONTEXT_MISSING": "internal",
    "RUNS_FOR_EVER": "timeout",
    "KANIKO_IMAGE_MISSING": "image_pull",
    "KANIKO_CONFIG_BROKEN": "internal",
    "SIDECAR_CONFIG_BROKEN": "",
    "VOLUME_MISSING": "",
    "EVICTED": "",
    "NODE_BACK": "",
    "NODE_LOST": "",
    "SIDECAR_IMAGE_MISSING": "",
    "UNSCHEDULABLE": "",
    "MISSING_SERVICE_ACCOUNT": "",
}
_NO_HISTORIES = {"GOING", "OVERDUE", "VANISHED", "DIGEST"}


def test_every_history_is_played_here() -> None:
    known = {name for name in vars(histories) if name[0] != "_" and name.isupper()}
    assert known - _NO_HISTORIES == set(TOLD)


@pytest.mark.parametrize("name", TOLD)
async def test_the_right_outcome_is_told_once(
    kubelet: Kubelet, sidecars: PlayedSidecars, name: str
) -> None:
    life = await kubelet.play("build-a", history(name))
    await sidecars.play_out(kubelet, life)
    assert sidecars.told() == TOLD[name]
    phase = {"": Phase.OPEN, COMPLETE: Phase.COMPLETE}.get(TOLD[name], Phase.FAILED)
    assert record_in(kubelet.cluster, FUNCTION).phase(BUILD) is phase
