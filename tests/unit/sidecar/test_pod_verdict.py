"""From a pod's status to how its build ended, for every end that real clusters have shown."""

from collections.abc import Callable

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.pods import (
    CHECK,
    DIGEST,
    RECORDED,
    STAGE,
    USAGE,
    Recorded,
    building,
    ended,
    waiting,
)

from knative_lambda.domain.failures import Reason
from knative_lambda.domain.fetch_exit import FetchExit
from knative_lambda.domain.pod import FETCH, KANIKO, SIDECAR, ContainerStatus, PodStatus
from knative_lambda.domain.verdict import Verdict
from knative_lambda.sidecar.pod_verdict import judge_pod, obstacle

WORDS = (
    "", "Completed", "Error", "OOMKilled", "ContainerStatusUnknown", "ErrImagePull",
    "ContainerCreating", "PodInitializing", "CreateContainerConfigError", "CrashLoopBackOff",
)  # fmt: skip
TEXTS = st.sampled_from(
    ["", DIGEST, CHECK, STAGE, USAGE, "npm error", "\x1b[31m\x00\ud800"]
) | st.text(st.characters(codec=None), max_size=50)
INSTANTS = st.none() | st.integers(0, 2**62)
CONTAINERS = st.builds(
    ContainerStatus,
    waiting=st.sampled_from(WORDS),
    running=st.booleans(),
    exit_code=st.none() | st.sampled_from([0, 1, 2, 3, 130, 137, 143, 255]) | st.integers(-9, 256),
    reason=st.sampled_from(WORDS),
    message=TEXTS,
    started=INSTANTS,
    ended=INSTANTS,
)
PODS = st.builds(
    PodStatus,
    phase=st.sampled_from(["Pending", "Running", "Succeeded", "Failed", "Unknown"]),
    reason=st.sampled_from(["", "Evicted", "DeadlineExceeded", "NodeLost", "OutOfcpu", "Other"]),
    message=TEXTS | st.just("x" * 2100),
    deleting=st.booleans(),
    unschedulable=st.sampled_from(["", "0/3 nodes are available"]),
    disruption=st.sampled_from(["", "EvictionByEvictionAPI", "DeletionByPodGC", "Other"]),
    containers=st.dictionaries(st.sampled_from([KANIKO, SIDECAR, FETCH, "istio"]), CONTAINERS),
)


def verdict_of(recorded: Recorded) -> Verdict:
    verdict = judge_pod(recorded.pod, recorded.log, timed_out=recorded.timed_out)
    assert verdict is not None
    return verdict


@pytest.mark.parametrize("name", RECORDED)
def test_each_recorded_end_has_its_reason(name: str) -> None:
    assert verdict_of(RECORDED[name]).reason is RECORDED[name].reason


@pytest.mark.parametrize("name", RECORDED)
def test_a_digest_is_told_of_a_success_alone(name: str) -> None:
    succeeded = RECORDED[name].reason is None
    assert verdict_of(RECORDED[name]).digest == (DIGEST if succeeded else None)


@given(pod=PODS, log=TEXTS, timed_out=st.booleans())
def test_exit_code_0_is_success_and_nothing_else_is(
    pod: PodStatus,
    log: str,
    timed_out: bool,  # noqa: FBT001  hypothesis draws it
) -> None:
    verdict = judge_pod(pod, log, timed_out=timed_out)
    kaniko = pod.containers.get(KANIKO)
    succeeded = verdict is not None and verdict.reason is None
    assert succeeded == (kaniko is not None and kaniko.exit_code == 0)


@given(pod=PODS, log=TEXTS, timed_out=st.booleans())
def test_an_end_that_is_told_or_can_no_longer_be_told_is_judged(
    pod: PodStatus,
    log: str,
    timed_out: bool,  # noqa: FBT001  hypothesis draws it
) -> None:
    told = [pod.containers[name].exit_code for name in (KANIKO, FETCH) if name in pod.containers]
    final = timed_out or pod.deleting or pod.phase in ("Succeeded", "Failed")
    if final or (KANIKO in pod.containers and pod.containers[KANIKO].exit_code is not None):
        assert judge_pod(pod, log, timed_out=timed_out) is not None
    elif not any(told):
        assert judge_pod(pod, log, timed_out=timed_out) is None


@given(pod=PODS, log=TEXTS, timed_out=st.booleans())
def test_whatever_a_pod_says_its_detail_can_be_published(
    pod: PodStatus,
    log: str,
    timed_out: bool,  # noqa: FBT001  hypothesis draws it
) -> None:
    verdict = judge_pod(pod, log, timed_out=timed_out)
    if verdict is not None:
        assert len(verdict.detail) <= 2000
        assert all(c in "\n\t" or " " <= c < "\x7f" or c >= "\xa0" for c in verdict.detail)
        verdict.detail.encode()  # there is no half of a surrogate pair


@pytest.mark.parametrize(
    ("exit_code", "started", "end", "ran"),
    [(0, 10, 25, 15), (1, 10, 25, 15), (0, 25, 10, 0), (0, None, 25, None), (0, 10, None, None)],
)
def test_how_long_kaniko_ran_is_told_if_both_its_ends_were_seen(
    exit_code: int, started: int | None, end: int | None, ran: int | None
) -> None:
    kaniko = ContainerStatus(exit_code=exit_code, started=started, ended=end)
    verdict = judge_pod(PodStatus(containers={KANIKO: kaniko}))
    assert verdict is not None
    assert verdict.ran == ran


@given(pod=PODS, log=TEXTS, message=TEXTS)
def test_words_never_turn_a_failure_into_a_success(pod: PodStatus, log: str, message: str) -> None:
    """All that a build step can forge: what it writes, and its last words."""
    kaniko = pod.containers.get(KANIKO, ContainerStatus())
    forged = attrs.evolve(kaniko, message=message)
    other = attrs.evolve(pod, containers={**pod.containers, KANIKO: forged})
    one, two = judge_pod(pod, log), judge_pod(other, "")
    assert (one is None) == (two is None)
    if one is not None and two is not None:
        assert (one.reason is None) == (two.reason is None)


@pytest.mark.parametrize(
    "pod",
    [
        building(),
        waiting("ContainerCreating"),
        waiting("PodInitializing"),
        waiting("ImagePullBackOff"),
        waiting("CreateContainerConfigError"),
        PodStatus(),
        PodStatus(unschedulable="0/1 nodes are available"),
        building(disruption="PreemptionByScheduler"),
        building(phase="Unknown"),
    ],
)
def test_what_may_still_end_by_itself_has_no_verdict(pod: PodStatus) -> None:
    assert judge_pod(pod, "npm error") is None


def test_of_what_nothing_keeps_from_starting_it_is_told_that_its_time_is_up() -> None:
    verdict = judge_pod(waiting("ContainerCreating"), timed_out=True)
    assert verdict is not None
    assert verdict.reason is Reason.TIMEOUT


@pytest.mark.parametrize(
    ("pod", "expected"),
    [
        (waiting("ImagePullBackOff"), Reason.IMAGE_PULL),
        (waiting("CreateContainerConfigError"), Reason.INTERNAL),
        (PodStatus(unschedulable="0/1 nodes are available"), Reason.UNSCHEDULABLE),
        (waiting("ContainerCreating"), None),
        (building(), None),
        (ended(1), None),
        (PodStatus(), None),
        # Its sidecar may break as it likes once Kaniko runs.
        (
            building(
                containers={
                    SIDECAR: ContainerStatus(waiting="CrashLoopBackOff"),
                    KANIKO: ContainerStatus(running=True),
                }
            ),
            None,
        ),
    ],
)
def test_what_keeps_a_build_from_starting_is_told_before_its_time_is_up(
    pod: PodStatus, expected: Reason | None
) -> None:
    assert obstacle(pod) is expected


INTERNALS: dict[str, Callable[[PodStatus], PodStatus]] = {
    "nodes": lambda pod: attrs.evolve(pod, unschedulable="0/3 nodes: secret-taint"),
    "images": lambda pod: attrs.evolve(
        pod,
        containers={KANIKO: ContainerStatus(waiting="ErrImagePull", message="secret-registry")},
    ),
    "Secrets": lambda pod: attrs.evolve(
        pod,
        containers={
            KANIKO: ContainerStatus(
                waiting="CreateContainerConfigError", message='secret "secret-push" not found'
            )
        },
    ),
}


@pytest.mark.parametrize("name", INTERNALS)
def test_a_tenant_is_told_nothing_of_the_cluster(name: str) -> None:
    verdict = judge_pod(INTERNALS[name](PodStatus(message="secret-node")), timed_out=True)
    assert verdict is not None
    assert verdict.detail
    assert "secret" not in verdict.detail


def test_a_fault_of_ours_is_told_without_a_log() -> None:
    verdict = verdict_of(RECORDED["s3down"])
    assert verdict.detail == "the build could not be run; its source is not at fault"


def test_a_limit_that_was_hit_is_told() -> None:
    assert verdict_of(RECORDED["evict"]).detail == (
        "the build had to leave the machine that it ran on: "
        "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. "
    )


def test_pages_about_flags_do_not_hide_what_was_wrong() -> None:
    verdict = verdict_of(RECORDED["nodf"])
    assert verdict.detail == "Dockerfile: please provide a valid path to a Dockerfile"


def test_without_a_log_the_last_words_are_told() -> None:
    said = f"INFO[0001] go\nINFO[0002] Running: [make all]\noh\n{STAGE}exit status 3"
    verdict = judge_pod(ended(3, last_words=said))
    assert verdict == Verdict(Reason.BUILD_EXIT, "exit code 3, in `make all`\noh")


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("bad", "Dockerfile, line 2: unknown instruction: FROBNICATE"),
        ("copymiss", "Dockerfile: nope.txt is to be copied, and is not in the build's context"),
        (
            "nofrom",
            "an image that the Dockerfile begins with is not in its registry (MANIFEST_UNKNOWN)",
        ),
        ("denied", "the registry of images does not let this build push"),
        (
            "blackhole",
            (
                "the registry of images could not be reached, or failed, when the image was to be "
                "pushed"
            ),
        ),
        ("oomrun2", "the build needed more memory than it may have"),
        ("run3", "exit code 3"),
    ],
)
def test_of_what_kaniko_says_a_tenant_is_told_what_helps(name: str, detail: str) -> None:
    """No address, no folder of its container, and not in how many places an error was caught."""
    assert verdict_of(RECORDED[name]).detail == detail


def test_what_kaniko_says_that_is_no_known_cause_is_told_in_a_line() -> None:
    said = "error building image: chmod /kaniko/buildcontext/a: dial tcp 10.1.1.1:5000: what"
    verdict = judge_pod(ended(1), f"npm error code E404\n{said}\n")
    assert verdict == Verdict(
        Reason.BUILD_EXIT, "exit code 1: error building image: chmod a: dial tcp ...: what"
    )


def test_a_digest_is_no_word_about_a_failure() -> None:
    verdict = judge_pod(ended(1, last_words=DIGEST))
    assert verdict == Verdict(
        Reason.REGISTRY_UNAVAILABLE, "the image was built, and could not be pushed"
    )


def test_each_exit_of_the_fetch_is_a_code_of_its_own() -> None:
    assert [each.value for each in FetchExit] == [0, 2, 3, 4, 5, 6, 7, 8]
