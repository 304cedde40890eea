"""Builds in a cluster keep the laws of the port, and cost as few calls as they may."""

import asyncio

import pytest
from contracts.job_runner import JobRunnerContract
from support.jobs import played, spec_of
from support.kubernetes import histories
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.faults import Loss
from support.kubernetes.kubelet import Kubelet
from support.kubernetes.played import pod_of
from support.world import SECOND, Clock

from knative_lambda.adapters.kubernetes.job_runner import KanikoJobRunner
from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.domain import labels
from knative_lambda.domain.errors import (
    OverLimitError,
    PermanentError,
    SetupError,
    TransientError,
)
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.job_runner import JobRunner

FUNCTION = FunctionId("acme", "hello")
SPEC = spec_of(FUNCTION, "0123abcd" * 4)
OTHER = spec_of(FUNCTION, "89abcdef" * 4)


class TestKanikoJobRunner(JobRunnerContract):
    @pytest.fixture
    def runner(self, runner: KanikoJobRunner, cluster: Cluster, kubelet: Kubelet) -> JobRunner:
        self.cluster, self.kubelet = cluster, kubelet
        self.registry = MemoryImageRegistry()
        return runner

    async def end(self, name: str, *, well: bool) -> None:
        begun = {life.job_uid for life in self.kubelet.lives}
        for job in self.cluster.objects("jobs", BUILDS):
            if job["metadata"]["name"] == name and job["metadata"]["uid"] not in begun:
                if well:
                    self.registry.push(self.job(name).image, histories.DIGEST)
                history = histories.SUCCESS if well else histories.RUN_EXIT_3
                await played(self.kubelet, name, history)

    async def pushed(self, image: str) -> bool:
        return await self.registry.digest(image) is not None

    async def present(self) -> set[str]:
        return {job["metadata"]["name"] for job in self.cluster.objects("jobs", BUILDS)}


def asked(cluster: Cluster) -> list[tuple[str, str]]:
    """The calls since the last time."""
    calls = [(call.verb, call.resource) for call in cluster.calls]
    cluster.calls.clear()
    return calls


async def test_a_start_is_one_call_and_a_repeat_is_two(
    runner: KanikoJobRunner, cluster: Cluster
) -> None:
    assert await runner.start(SPEC) is True
    assert asked(cluster) == [("create", "jobs.batch")]
    assert await runner.start(SPEC) is False
    assert asked(cluster) == [("create", "jobs.batch"), ("get", "jobs.batch")]


async def test_a_list_of_jobs_that_run_or_succeeded_is_one_call(
    runner: KanikoJobRunner, cluster: Cluster, kubelet: Kubelet
) -> None:
    await runner.start(SPEC)
    await played(kubelet, SPEC.name, histories.SUCCESS)
    await runner.start(OTHER)
    asked(cluster)
    assert len(await runner.list()) == 2
    assert asked(cluster) == [("list", "jobs.batch")]
    await runner.look(SPEC.name)
    assert asked(cluster) == [("get", "jobs.batch")]


async def test_the_pods_of_failed_jobs_are_listed_once_for_all(
    runner: KanikoJobRunner, cluster: Cluster, kubelet: Kubelet
) -> None:
    for spec in (SPEC, OTHER):
        await runner.start(spec)
        await played(kubelet, spec.name, histories.OOM_KANIKO)
    asked(cluster)
    listed = await runner.list()
    assert asked(cluster) == [("list", "jobs.batch"), ("list", "pods")]
    assert [job.verdict and job.verdict.reason for job in listed] == [Reason.OUT_OF_MEMORY] * 2
    assert await runner.list() == listed
    assert await runner.look(SPEC.name) in listed
    assert asked(cluster) == [("list", "jobs.batch"), ("get", "jobs.batch")]


async def test_a_verdict_outlives_the_pod_that_it_was_made_of(
    runner: KanikoJobRunner, cluster: Cluster, kubelet: Kubelet
) -> None:
    await runner.start(SPEC)
    await played(kubelet, SPEC.name, histories.OOM_KANIKO)
    before = await runner.look(SPEC.name)
    cluster.remove("pods", BUILDS, pod_of(kubelet)["metadata"]["name"])
    assert await runner.look(SPEC.name) == before
    (listed,) = await runner.list()
    assert listed == before


async def test_a_job_knows_when_it_began_and_when_it_ended(
    runner: KanikoJobRunner, kubelet: Kubelet, clock: Clock
) -> None:
    began = clock()
    await runner.start(SPEC)
    clock.advance(10)
    await played(kubelet, SPEC.name, histories.SUCCESS)
    seen = await runner.look(SPEC.name)
    assert seen is not None
    assert seen.ended is not None
    assert seen.started == began
    assert 10 * SECOND < seen.ended - seen.started < 30 * SECOND


async def test_a_stopped_build_is_told_to_end_and_not_left_to_go_on(
    runner: KanikoJobRunner, cluster: Cluster, kubelet: Kubelet, clock: Clock
) -> None:
    await runner.start(SPEC)
    life = await kubelet.play(SPEC.name, histories.RUNS_FOR_EVER)
    clock.advance(5)
    await kubelet.step()
    await runner.stop(SPEC.name)
    await cluster.settled()
    assert pod_of(kubelet)["metadata"]["deletionTimestamp"]
    assert life.sidecar is not None
    await kubelet.step()
    assert life.sidecar.run.terminated.is_set()
    await kubelet.finish(life)
    assert cluster.objects("pods", BUILDS) == []


@pytest.mark.parametrize(
    "changed",
    [
        {labels.BUILD: "f" * 32},
        {labels.PARSER: "another"},
        {labels.MANAGED_BY: "somebody"},
        {labels.COMPONENT: "record"},
        {labels.PARSER: ""},
    ],
)
async def test_a_job_of_that_name_that_is_not_this_builds_is_refused_and_left_alone(
    runner: KanikoJobRunner, cluster: Cluster, changed: dict[str, str]
) -> None:
    await runner.start(SPEC)
    theirs = cluster.object("jobs", BUILDS, SPEC.name)
    theirs["metadata"]["labels"] |= changed
    planted = cluster.plant(theirs)
    with pytest.raises(PermanentError, match="something else has the name"):
        await runner.start(SPEC)
    assert cluster.objects("jobs", BUILDS) == [planted]


@pytest.mark.parametrize("mark", [labels.MANAGED_BY, labels.COMPONENT])
async def test_jobs_of_others_are_not_seen(
    runner: KanikoJobRunner, cluster: Cluster, mark: str
) -> None:
    await runner.start(SPEC)
    theirs = cluster.object("jobs", BUILDS, SPEC.name)
    theirs["metadata"]["labels"][mark] = "another"
    cluster.plant(theirs)
    assert await runner.look(SPEC.name) is None
    assert list(await runner.list()) == []


@pytest.mark.parametrize("label", [labels.BUILD, labels.PARSER])
async def test_a_job_whose_labels_somebody_took_away_holds_up_no_other(
    runner: KanikoJobRunner, cluster: Cluster, label: str
) -> None:
    await runner.start(SPEC)
    await runner.start(OTHER)
    broken = cluster.object("jobs", BUILDS, SPEC.name)
    del broken["metadata"]["labels"][label]
    cluster.plant(broken)
    assert [job.name for job in await runner.list()] == [OTHER.name]


async def test_a_released_job_is_the_one_that_was_seen_to_have_ended(
    runner: KanikoJobRunner, cluster: Cluster, kubelet: Kubelet
) -> None:
    await runner.start(SPEC)
    await played(kubelet, SPEC.name, histories.SUCCESS)
    ended = cluster.object("jobs", BUILDS, SPEC.name)
    cluster.remove("jobs", BUILDS, SPEC.name)
    await runner.start(SPEC)
    anew = cluster.object("jobs", BUILDS, SPEC.name)

    class Stale:
        """Answers the first look with what was there before."""

        async def call(self, method: str, *args: object, **more: object) -> object:
            return ended if method == "GET" else await runner.api.call(method, *args, **more)  # type: ignore[arg-type]  # passed on

    stale = KanikoJobRunner(Stale(), runner.settings, runner.judge, runner.now)  # type: ignore[arg-type]  # it is enough of one
    await stale.release(SPEC.name)
    assert cluster.objects("jobs", BUILDS) == [anew]


async def test_an_answer_that_was_lost_makes_no_second_job(
    runner: KanikoJobRunner, cluster: Cluster
) -> None:
    cluster.faults.add(Loss.AFTER, verb="create", times=1)
    with pytest.raises(TransientError):
        await runner.start(SPEC)
    assert await runner.start(SPEC) is False
    assert len(cluster.objects("jobs", BUILDS)) == 1


async def test_of_many_starts_at_once_one_makes_the_job(
    runner: KanikoJobRunner, cluster: Cluster
) -> None:
    started = await asyncio.gather(*(runner.start(SPEC) for _ in range(8)))
    assert sorted(started) == [False] * 7 + [True]
    assert len(cluster.objects("jobs", BUILDS)) == 1


async def test_a_job_that_went_between_two_looks_is_tried_again(
    runner: KanikoJobRunner, cluster: Cluster
) -> None:
    await runner.start(SPEC)
    gone = f'jobs.batch "{SPEC.name}" not found'
    cluster.faults.add(404, verb="get", resource="jobs.batch", times=1, message=gone)
    with pytest.raises(TransientError, match="was there a moment ago"):
        await runner.start(SPEC)


async def test_a_quota_makes_a_start_wait_its_turn(
    runner: KanikoJobRunner, cluster: Cluster
) -> None:
    words = 'jobs.batch "b" is forbidden: exceeded quota: builds, requested: count/jobs.batch=1'
    cluster.faults.add(403, verb="create", message=words)
    with pytest.raises(OverLimitError):
        await runner.start(SPEC)


async def test_a_missing_namespace_is_told_by_its_name(
    runner: KanikoJobRunner, cluster: Cluster
) -> None:
    cluster.remove("namespaces", "", BUILDS)
    with pytest.raises(SetupError, match=f'"{BUILDS}" not found'):
        await runner.start(SPEC)


@pytest.mark.parametrize(
    ("status", "message", "error"),
    [
        (403, 'User "u" cannot create resource "jobs"', SetupError),
        (429, "", TransientError),
        (500, "failed calling webhook", TransientError),
        (503, "", TransientError),
    ],
)
async def test_what_the_api_refuses_is_an_error_of_the_ports(
    runner: KanikoJobRunner, cluster: Cluster, status: int, message: str, error: type[Exception]
) -> None:
    cluster.faults.add(status, message=message)
    for call in (
        runner.start(SPEC),
        runner.look(SPEC.name),
        runner.list(),
        runner.stop(SPEC.name),
        runner.release(SPEC.name),
    ):
        with pytest.raises(error):
            await call
