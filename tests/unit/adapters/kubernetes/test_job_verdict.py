"""What is made of a Job whose sidecar told nothing: by what it says, and by what its pod shows."""

from typing import Any

import pytest
from support.jobs import SETTINGS, spec_of

from knative_lambda.adapters.kubernetes.job_manifest import manifest
from knative_lambda.adapters.kubernetes.job_reading import JobStatus, read_job
from knative_lambda.adapters.kubernetes.job_verdict import needs_pods, verdict
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.instants import format_instant
from knative_lambda.domain.pod import START_WITHIN
from knative_lambda.domain.verdict import Verdict
from knative_lambda.sidecar.pod_verdict import judge_pod

SECOND = 1_000_000_000
BEGAN = 1_800_000_000 * SECOND
LATE = BEGAN + (START_WITHIN + 1) * SECOND
FUNCTION = FunctionId("acme", "hello")
SPEC = spec_of(FUNCTION, "0123abcd" * 4)
SIDECAR_RUNS = {"name": "sidecar", "state": {"running": {"startedAt": format_instant(BEGAN)}}}
UNPULLED = {"name": "sidecar", "state": {"waiting": {"reason": "ImagePullBackOff"}}}


def condition(kind: str, reason: str, message: str = "", status: str = "True") -> dict[str, str]:
    at = format_instant(BEGAN + 5 * SECOND)
    said = {"reason": reason, "message": message, "lastTransitionTime": at}
    return {"type": kind, "status": status, **said}


def job(*conditions: dict[str, str], **status: Any) -> JobStatus:
    """A Job of SPEC with that status."""
    found = manifest(SPEC, SETTINGS)
    found["metadata"] |= {"uid": "u", "creationTimestamp": format_instant(BEGAN)}
    found["status"] = {"conditions": list(conditions), **status}
    read = read_job(found)
    assert read is not None
    return read


def pod(kaniko: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A pod whose Kaniko is in that state."""
    metadata = {"creationTimestamp": format_instant(BEGAN), **more.pop("metadata", {})}
    containers = [{"name": "kaniko", "state": kaniko or {}}]
    return {"metadata": metadata, "status": {"containerStatuses": containers, **more}}


def found(status: JobStatus, *pods: dict[str, Any], now: int = LATE) -> Verdict | None:
    return verdict(status, pods, now, judge_pod)


def reason(status: JobStatus, *pods: dict[str, Any], now: int = LATE) -> Reason | None:
    made = found(status, *pods, now=now)
    assert made is not None
    return made.reason


def test_a_job_says_whose_build_it_is_and_when_it_began_and_ended() -> None:
    seen = job(condition("Complete", "CompletionsReached"), succeeded=1)
    assert (seen.name, seen.function, seen.build_id) == (SPEC.name, FUNCTION, SPEC.build_id)
    assert (seen.created, seen.ended) == (BEGAN, BEGAN + 5 * SECOND)
    assert job(condition("Failed", "x")).ended == BEGAN + 5 * SECOND
    assert job(condition("FailureTarget", "x")).ended is None
    assert job(condition("Complete", "x", status="False")).ended is None
    assert job().ended is None


def test_a_complete_job_succeeded_and_needs_no_pod() -> None:
    seen = job(condition("SuccessCriteriaMet", "x"), condition("Complete", "x"))
    assert not needs_pods(seen, LATE)
    assert found(seen) == Verdict()


def test_a_failed_job_needs_its_pod_and_is_judged_without_one_too() -> None:
    seen = job(condition("Failed", "BackoffLimitExceeded"), failed=1)
    assert needs_pods(seen, BEGAN)
    assert reason(seen) is Reason.LOST
    ended = {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}
    assert reason(seen, pod(ended, phase="Failed")) is Reason.OUT_OF_MEMORY


def test_a_job_that_failed_after_kaniko_had_pushed_is_a_success() -> None:
    pushed = {"terminated": {"exitCode": 0, "message": f"sha256:{'a' * 64}"}}
    seen = job(condition("Failed", "DeadlineExceeded"), failed=1)
    assert found(seen, pod(pushed, phase="Failed")) == Verdict(digest=f"sha256:{'a' * 64}")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (3, Reason.BUILD_EXIT),
        (137, Reason.OUT_OF_MEMORY),
        # Somebody deleted the pod, and Kaniko was told to end by that.
        (130, Reason.LOST),
        (143, Reason.LOST),
    ],
)
def test_without_a_pod_the_exit_code_is_the_one_that_the_job_kept(
    code: int, expected: Reason
) -> None:
    said = f"Container kaniko for pod ns/x failed with exit code {code} matching FailJob rule at 0"
    assert reason(job(condition("Failed", "PodFailurePolicy", said), failed=1)) is expected


def test_a_job_over_its_deadline_took_too_long_if_it_ever_had_a_pod() -> None:
    # A pod that was made, and is gone, was counted; one that never could be made was not.
    over = condition("Failed", "DeadlineExceeded")
    target = condition("FailureTarget", "DeadlineExceeded")
    assert reason(job(target, over, failed=1)) is Reason.TIMEOUT
    assert reason(job(target, over)) is Reason.UNSCHEDULABLE


def test_who_was_sent_away_did_not_take_too_long() -> None:
    away = condition("DisruptionTarget", "EvictionByEvictionAPI")
    killed = {"terminated": {"exitCode": 143}}
    seen = job(condition("Failed", "DeadlineExceeded"), failed=1)
    assert reason(seen, pod(killed, phase="Failed", conditions=[away])) is Reason.EVICTED
    assert reason(seen, pod(killed, phase="Failed")) is Reason.TIMEOUT


def test_of_several_pods_the_newest_counts() -> None:
    older = pod({"terminated": {"exitCode": 137, "reason": "OOMKilled"}}, phase="Failed")
    newer = pod({"terminated": {"exitCode": 3}}, phase="Failed")
    newer["metadata"]["creationTimestamp"] = format_instant(BEGAN + SECOND)
    seen = job(condition("Failed", "BackoffLimitExceeded"), failed=2)
    assert reason(seen, newer, older) is Reason.BUILD_EXIT


def test_a_job_may_take_its_time_to_start() -> None:
    seen = job(active=1)
    assert not needs_pods(seen, BEGAN + START_WITHIN * SECOND)
    assert needs_pods(seen, LATE)
    assert not needs_pods(job(active=1, ready=1), LATE)
    assert found(seen, pod(initContainerStatuses=[UNPULLED]), now=BEGAN + SECOND) is None


def test_a_pod_that_cannot_start_leads_nowhere() -> None:
    assert reason(job(active=1), pod(initContainerStatuses=[UNPULLED])) is Reason.IMAGE_PULL
    nowhere = condition("PodScheduled", "Unschedulable", status="False")
    assert reason(job(active=1), pod(conditions=[nowhere])) is Reason.UNSCHEDULABLE


def test_a_pod_of_which_nothing_ever_ran_leads_nowhere_whatever_it_says() -> None:
    waits = {"waiting": {"reason": "PodInitializing"}}
    assert reason(job(active=1), pod(waits)) is Reason.UNSCHEDULABLE
    # What a node that took it waits for, such as a Secret to mount, no status names.
    taken = {**pod(waits), "spec": {"nodeName": "node-1"}}
    assert reason(job(active=1), taken) is Reason.INTERNAL
    # Beside a sidecar that runs, it is the sidecar's to tell.
    assert found(job(active=1), pod(waits, initContainerStatuses=[SIDECAR_RUNS])) is None


def test_a_build_that_has_started_is_left_to_its_sidecar() -> None:
    running = {"running": {"startedAt": format_instant(BEGAN)}}
    assert found(job(active=1), pod(running, phase="Running")) is None
    ended = {"terminated": {"exitCode": 3}}
    assert found(job(active=1), pod(ended, phase="Running")) is None


def test_a_job_for_which_no_pod_could_be_made_leads_nowhere() -> None:
    assert reason(job()) is Reason.UNSCHEDULABLE


@pytest.mark.parametrize(
    "seen",
    [
        job(active=1),
        job(failed=1),
        job(terminating=1),
        job(condition("FailureTarget", "DeadlineExceeded")),
    ],
)
def test_a_job_whose_pod_has_just_gone_is_about_to_say_why(seen: JobStatus) -> None:
    assert found(seen) is None


def test_a_pod_that_goes_has_some_minutes_for_it_and_then_has_lost_its_node() -> None:
    until = LATE + 120 * SECOND
    going = pod({"running": {}}, metadata={"deletionTimestamp": format_instant(until)})
    assert found(job(active=1), going, now=until) is None
    assert found(job(active=1), going, now=until + 300 * SECOND) is None
    stuck = until + 301 * SECOND
    assert reason(job(active=1), going, now=stuck) is Reason.LOST
    over = condition("FailureTarget", "DeadlineExceeded")
    assert reason(job(over, active=1), going, now=stuck) is Reason.TIMEOUT
    away = condition("DisruptionTarget", "DeletionByTaintManager")
    going["status"]["conditions"] = [away]
    assert reason(job(active=1), going, now=stuck) is Reason.EVICTED
