"""A pod is read as the API shows it, whatever it leaves out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.adapters.kubernetes.pod_reading import read_pod
from knative_lambda.domain.pod import ContainerStatus, PodStatus

SECOND = 1_000_000_000
STARTED, ENDED = "2026-11-23T10:00:00Z", "2026-11-23T10:00:02Z"
AT = 1_795_428_000 * SECOND


def pod(**status: Any) -> dict[str, Any]:
    metadata = {"name": "build-a-x", "uid": "u", "creationTimestamp": STARTED}
    return {"metadata": metadata, "status": status}


def container(**state: Any) -> ContainerStatus:
    """What is read of a container in that state."""
    statuses = [{"name": "kaniko", "state": state}]
    return read_pod(pod(containerStatuses=statuses)).containers["kaniko"]


def test_a_pod_that_runs_shows_all_its_containers() -> None:
    running = {"state": {"running": {"startedAt": STARTED}}}
    fetched = {"terminated": {"exitCode": 0, "startedAt": STARTED, "finishedAt": ENDED}}
    seen = pod(
        phase="Running",
        initContainerStatuses=[
            {"name": "sidecar", **running},
            {"name": "fetch", "state": fetched},
        ],
        containerStatuses=[{"name": "kaniko", **running}],
        conditions=[{"type": "PodScheduled", "status": "True"}],
    )
    runs = ContainerStatus(running=True, started=AT)
    done = ContainerStatus(exit_code=0, started=AT, ended=AT + 2 * SECOND)
    assert read_pod(seen) == PodStatus(
        uid="u",
        created=AT,
        phase="Running",
        containers={"sidecar": runs, "fetch": done, "kaniko": runs},
    )


def test_an_end_is_read_with_its_word_and_message() -> None:
    ended = {"exitCode": 137, "reason": "OOMKilled", "message": "last words", "finishedAt": ENDED}
    assert container(terminated=ended) == ContainerStatus(
        exit_code=137, reason="OOMKilled", message="last words", ended=AT + 2 * SECOND
    )


def test_an_end_that_a_node_cannot_time_is_read_without_times() -> None:
    lost = {"exitCode": 137, "reason": "ContainerStatusUnknown"}
    assert container(terminated={**lost, "startedAt": None, "finishedAt": None}) == ContainerStatus(
        exit_code=137, reason="ContainerStatusUnknown"
    )


def test_a_container_that_waits_says_why() -> None:
    waiting = {"reason": "ImagePullBackOff", "message": "Back-off pulling image"}
    assert container(waiting=waiting) == ContainerStatus(
        waiting="ImagePullBackOff", message="Back-off pulling image"
    )


def test_a_container_without_a_state_has_not_started() -> None:
    assert container() == ContainerStatus()


@pytest.mark.parametrize(
    ("condition", "unschedulable"),
    [
        ({"reason": "Unschedulable", "message": "0/1 nodes"}, "0/1 nodes"),
        ({"reason": "Unschedulable"}, "Unschedulable"),
        ({"reason": "SchedulingGated"}, ""),
        ({"reason": "Unschedulable", "status": "True"}, ""),
    ],
)
def test_a_pod_that_no_node_takes_says_so(condition: dict[str, str], unschedulable: str) -> None:
    conditions = [{"type": "PodScheduled", "status": "False", **condition}]
    assert read_pod(pod(conditions=conditions)).unschedulable == unschedulable


def test_a_disruption_is_read_once_it_is_true() -> None:
    for status, disruption in (("True", "EvictionByEvictionAPI"), ("False", "")):
        condition = {"type": "DisruptionTarget", "status": status}
        condition["reason"] = "EvictionByEvictionAPI"
        assert read_pod(pod(conditions=[condition])).disruption == disruption


def test_a_pod_that_was_told_to_go_and_one_that_was_evicted_say_so() -> None:
    going = pod(phase="Failed", reason="Evicted", message="too much storage")
    going["metadata"]["deletionTimestamp"] = ENDED
    seen = read_pod(going)
    assert (seen.deleting, seen.reason, seen.message) == (True, "Evicted", "too much storage")


times = st.none() | st.sampled_from([STARTED, "", "0001-01-01T00:00:00Z", "soon"])
states = st.fixed_dictionaries(
    {},
    optional={
        "waiting": st.none()
        | st.fixed_dictionaries({}, optional={"reason": st.sampled_from(["", "kaniko", "é"])}),
        "running": st.none() | st.fixed_dictionaries({}, optional={"startedAt": times}),
        "terminated": st.none()
        | st.fixed_dictionaries(
            {"exitCode": st.integers(0, 255)},
            optional={"reason": st.sampled_from(["", "kaniko", "é"]), "finishedAt": times},
        ),
    },
)
statuses = st.none() | st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["", "kaniko", "é"])}, optional={"state": st.none() | states}
    ),
    max_size=3,
)
conditions = st.none() | st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["PodScheduled", "DisruptionTarget"]),
            "status": st.sampled_from(["True", "False"]),
            "reason": st.sampled_from(["Unschedulable", ""]),
        },
    ),
    max_size=3,
)
objects = st.fixed_dictionaries(
    {},
    optional={
        "metadata": st.none() | st.just({"uid": "u"}),
        "status": st.none()
        | st.fixed_dictionaries(
            {},
            optional={
                "phase": st.sampled_from(["Pending", "Unknown"]),
                "conditions": conditions,
                "containerStatuses": statuses,
                "initContainerStatuses": statuses,
            },
        ),
    },
)


@given(objects)
def test_whatever_is_left_out_a_pod_is_read(found: dict[str, Any]) -> None:
    assert isinstance(read_pod(found), PodStatus)
