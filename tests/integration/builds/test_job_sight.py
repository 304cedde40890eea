"""Jobs in a cluster are seen by the laws of `JobSight`: with their pods, and what Events tell."""

from typing import Any

import pytest
from contracts.job_sight import FUNCTION, NAME, OTHER, JobSightContract
from support.jobs import played, spec_of
from support.kubernetes import histories
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.kubelet import Kubelet

from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.adapters.kubernetes.job_runner import KanikoJobRunner
from knative_lambda.adapters.kubernetes.job_sight import KanikoJobSight
from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.domain.pod import KANIKO
from knative_lambda.ports.job_sight import JobSight

POD = f"{NAME}-x1"


def event(name: str, kind: str, message: str, **fields: Any) -> dict[str, Any]:
    """An Event about the object of that *name*, as the core of a cluster writes it."""
    about = {"kind": kind, "name": name, "namespace": BUILDS}
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{name}.{abs(hash(message)):x}", "namespace": BUILDS},
        "involvedObject": about,
        "reason": "Said",
        "message": message,
        "lastTimestamp": "2026-11-23T10:00:00Z",
        "count": 1,
        **fields,
    }


@pytest.fixture
def sight(client: KubernetesClient) -> KanikoJobSight:
    return KanikoJobSight(client, BUILDS)


class TestKanikoJobSight(JobSightContract):
    @pytest.fixture
    def sight(
        self, sight: KanikoJobSight, runner: KanikoJobRunner, cluster: Cluster, kubelet: Kubelet
    ) -> JobSight:
        self.runner, self.cluster, self.kubelet = runner, cluster, kubelet
        return sight

    async def start(self, name: str) -> None:
        assert await self.runner.start(spec_of(FUNCTION, name[-8:] * 4, name=name))

    async def end(self, name: str) -> None:
        await played(self.kubelet, name, histories.RUN_EXIT_3)

    async def note(self, name: str, second: int, message: str) -> bool:
        at = f"2026-11-23T10:00:{second}Z"
        self.cluster.plant(event(name, "Job", message, lastTimestamp=at))
        return True


async def test_a_job_that_failed_is_seen_with_its_pod(
    sight: KanikoJobSight, runner: KanikoJobRunner, kubelet: Kubelet
) -> None:
    await runner.start(spec_of(FUNCTION, "01234567" * 4, name=NAME))
    await played(kubelet, NAME, histories.RUN_EXIT_3)
    seen = await sight.look(NAME)
    assert seen is not None
    assert seen.failure.startswith("PodFailurePolicy: Container kaniko for pod ")
    (pod,) = seen.pods
    assert pod.name.startswith(NAME)
    assert pod.node
    assert pod.status.containers[KANIKO].exit_code == 3


async def test_what_is_none_of_our_jobs_is_not_seen(
    sight: KanikoJobSight, runner: KanikoJobRunner, cluster: Cluster
) -> None:
    await runner.start(spec_of(FUNCTION, "01234567" * 4, name=NAME))
    job = cluster.object("jobs", BUILDS, NAME)
    cluster.remove("jobs", BUILDS, NAME)
    cluster.plant({**job, "metadata": {**job["metadata"], "labels": {}}})
    assert await sight.look(NAME) is None


async def test_what_happened_to_pods_is_told_also_of_those_that_are_gone(
    sight: KanikoJobSight, cluster: Cluster
) -> None:
    cluster.plant(event(NAME, "Job", f"Created pod: {POD}"))
    cluster.plant(event(POD, "Pod", "of the one that is gone"))
    cluster.plant(event(f"{NAME}-x2", "Pod", "of the one that is seen"))
    cluster.plant(event(f"{OTHER}-x1", "Pod", "of another"))
    told = await sight.happenings(NAME, [f"{NAME}-x2"])
    assert [(each.about, each.message) for each in told] == [
        ("Job", f"Created pod: {POD}"),
        ("Pod", "of the one that is gone"),
        ("Pod", "of the one that is seen"),
    ]


@pytest.mark.parametrize(
    ("fields", "second", "times"),
    [
        ({"lastTimestamp": "2026-11-23T10:00:05Z", "count": 4}, 5, 4),
        (
            {
                "lastTimestamp": None,
                "eventTime": "2026-11-23T10:00:01.000000Z",
                "count": None,
                "series": {"count": 7, "lastObservedTime": "2026-11-23T10:00:06.000000Z"},
            },
            6,
            7,
        ),
        ({"lastTimestamp": None, "eventTime": "2026-11-23T10:00:07.5Z", "count": None}, 7.5, 1),
    ],
)
async def test_events_of_each_form_say_when_and_how_often(
    sight: KanikoJobSight, cluster: Cluster, fields: dict[str, Any], second: float, times: int
) -> None:
    cluster.plant(event(NAME, "Job", "said", **fields))
    (told,) = await sight.happenings(NAME, ())
    assert told.at is not None
    assert (told.at / 1e9 % 60, told.times) == (second, times)


async def test_what_may_not_be_read_and_what_cannot_be_reached_are_told_apart(
    sight: KanikoJobSight, cluster: Cluster
) -> None:
    cluster.faults.add(403, verb="list", resource="events", message='User "x" cannot list', times=1)
    with pytest.raises(SetupError, match=r"list events in the namespace .*: not permitted"):
        await sight.happenings(NAME, ())
    cluster.faults.down = True
    with pytest.raises(TransientError):
        await sight.look(NAME)
