"""However a Job ends whose sidecar told nobody, the sweep tells why, once, and cleans up."""

import json
from typing import Final

import pytest
from support.kubernetes import histories
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.kubelet import Kubelet
from support.kubernetes.played import history
from support.processes import Replica
from support.world import WatchedDeployer, World

from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.adapters.kubernetes.job_reading import read_job
from knative_lambda.adapters.kubernetes.job_runner import KanikoJobRunner
from knative_lambda.adapters.kubernetes.records import ConfigMapRecords
from knative_lambda.adapters.memory.faults import Faults
from knative_lambda.domain import names
from knative_lambda.domain.errors import OverLimitError
from knative_lambda.domain.events import JobDelayed
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.machine import decide
from knative_lambda.domain.record import Record
from knative_lambda.domain.settlement import Ack, SetAside

F = FunctionId("acme", "greeter")
BUILD = request_id("producer", "1")
JOB = names.job(F, BUILD)
MINUTE, HOUR = 60, 3600

SUCCEEDED: Final = (
    "SUCCESS",
    "SUCCESS_SHOWN_FIRST",
    "SUCCESS_WITHOUT_DIGEST",
    "OOM_RUN_GOES_ON",
    "SIDECAR_KILLED",
    "SIDECAR_KILLED_FOR_GOOD",
)
FAILED: Final = {
    "RUN_EXIT_3": Reason.BUILD_EXIT,
    "RUN_EXIT_137": Reason.BUILD_EXIT,
    "RUN_KILLED": Reason.BUILD_EXIT,
    "COPY_MISSING": Reason.BUILD_EXIT,
    "USAGE_ONLY": Reason.BUILD_EXIT,
    "BAD_DOCKERFILE": Reason.DOCKERFILE_ERROR,
    "FROM_MISSING": Reason.IMAGE_PULL,
    "PUSH_DENIED": Reason.PUSH_DENIED,
    "REGISTRY_DOWN": Reason.REGISTRY_UNAVAILABLE,
    # Only the log says so in words, and this log went with the sidecar.
    "PUSH_FAILS_AFTER_BUILD": Reason.REGISTRY_UNAVAILABLE,
    "OOM_KANIKO": Reason.OUT_OF_MEMORY,
    "OOM_RUN_FAILS": Reason.OUT_OF_MEMORY,
    "EVICTED": Reason.EVICTED,
    "NODE_BACK": Reason.LOST,
    "NODE_LOST": Reason.LOST,
    "CONTEXT_MISSING": Reason.INTERNAL,
    "RUNS_FOR_EVER": Reason.TIMEOUT,
    # They never begin: that is seen long before the deadline.
    "KANIKO_IMAGE_MISSING": Reason.IMAGE_PULL,
    "SIDECAR_IMAGE_MISSING": Reason.IMAGE_PULL,
    "KANIKO_CONFIG_BROKEN": Reason.INTERNAL,
    "SIDECAR_CONFIG_BROKEN": Reason.INTERNAL,
    "VOLUME_MISSING": Reason.INTERNAL,
    "UNSCHEDULABLE": Reason.UNSCHEDULABLE,
    "MISSING_SERVICE_ACCOUNT": Reason.UNSCHEDULABLE,
}
_OF_THE_KUBELET: Final = {"GOING", "OVERDUE", "VANISHED", "DIGEST"}


def test_every_history_is_judged_here() -> None:
    known = {name for name in vars(histories) if name[0] != "_" and name.isupper()}
    assert known - _OF_THE_KUBELET == {*SUCCEEDED, *FAILED}


@pytest.fixture
async def world(client: KubernetesClient, runner: KanikoJobRunner, kubelet: Kubelet) -> World:
    """A world whose records and Jobs are in the cluster; one build of F has been started."""
    world = World(clock=kubelet.clock)  # type: ignore[arg-type]  # it is the very same
    world.records = ConfigMapRecords(client, BUILDS)  # type: ignore[assignment]  # in its place
    world.runner = runner  # type: ignore[assignment]  # the same
    world.deployer = WatchedDeployer()
    world.send("build.start", F, id="1", source_url="https://code.test/a", build_timeout=600)
    await Replica(world, Faults()).handler.handle(world.broker.take())
    return world


async def test_a_start_takes_three_calls_and_a_list_that_many_share(
    world: World, cluster: Cluster
) -> None:
    assert [(call.verb, call.resource) for call in cluster.calls] == [
        ("list", "jobs.batch"),
        ("get", "configmaps"),
        ("create", "configmaps"),
        ("create", "jobs.batch"),
    ]
    assert JOB in {job.name for job in await world.runner.list()}


def outcomes(world: World) -> list[dict[str, str]]:
    """What was published of how the build ended."""
    told = [json.loads(message.body) for message in world.published]
    return [event["data"] for event in told if event["id"] == names.event(BUILD, "outcome")]


async def minute(world: World, kubelet: Kubelet) -> None:
    """Let one pass, with a sweep at its end."""
    kubelet.clock.advance(MINUTE)
    for _ in range(3):  # a sidecar is ready only by the next
        await kubelet.step()
    await Replica(world, Faults()).reconciler.sweep()


async def outcome(world: World, kubelet: Kubelet) -> dict[str, str]:
    """What is told of the build, sooner or later."""
    for _ in range(30):
        await minute(world, kubelet)
        if found := outcomes(world):
            return found[0]
    raise AssertionError("nothing was ever told")


async def nothing_is_left(world: World, kubelet: Kubelet, cluster: Cluster) -> None:
    """All that was published is handled, and the world comes to rest."""
    while world.broker.ready:
        await Replica(world, Faults()).handler.handle(world.broker.take())
    for _ in range(2):
        await minute(world, kubelet)
    kubelet.clock.advance(2 * HOUR)
    for _ in range(2):
        await minute(world, kubelet)
    assert cluster.objects("jobs", BUILDS) == []
    assert cluster.objects("pods", BUILDS) == []
    assert not world.contexts._stored
    assert len(outcomes(world)) == 1


@pytest.mark.parametrize("name", SUCCEEDED)
async def test_law_1_a_build_that_succeeded_untold_is_complete(
    world: World, kubelet: Kubelet, cluster: Cluster, name: str
) -> None:
    (job,) = cluster.objects("jobs", BUILDS)
    image = job["metadata"]["annotations"]["build.notifi.network/image"]
    world.registry.push(image, histories.DIGEST)
    await kubelet.play(JOB, history(name))
    assert (await outcome(world, kubelet))["status"] == "success"
    await nothing_is_left(world, kubelet, cluster)


@pytest.mark.parametrize("name", FAILED)
async def test_law_9_nothing_of_a_build_runs_on_three_minutes_after_its_outcome_was_heard(
    world: World, kubelet: Kubelet, cluster: Cluster, name: str
) -> None:
    await kubelet.play(JOB, history(name))
    await outcome(world, kubelet)
    await Replica(world, Faults()).handler.handle(world.broker.take())
    for _ in range(3):
        await minute(world, kubelet)
    jobs = [read_job(found) for found in cluster.objects("jobs", BUILDS)]
    assert all(job is not None and job.ended is not None for job in jobs)
    for pod in cluster.objects("pods", BUILDS):
        assert pod["status"]["phase"] == "Failed" or "deletionTimestamp" in pod["metadata"]


@pytest.mark.parametrize("name", FAILED)
async def test_law_1_a_build_that_failed_untold_is_told_with_its_reason(
    world: World, kubelet: Kubelet, cluster: Cluster, name: str
) -> None:
    await kubelet.play(JOB, history(name))
    told = await outcome(world, kubelet)
    assert (told["status"], told["reason"]) == ("failed", FAILED[name].value)
    assert BUILDS not in json.dumps(told)
    assert "node" not in told["detail"] or name == "EVICTED"
    await nothing_is_left(world, kubelet, cluster)


async def test_a_success_whose_image_nobody_has_is_lost(world: World, kubelet: Kubelet) -> None:
    await kubelet.play(JOB, histories.SUCCESS)
    told = await outcome(world, kubelet)
    assert (told["status"], told["reason"]) == ("failed", "lost")


async def test_law_10_a_build_that_waits_for_a_quota_is_not_lost(
    world: World, kubelet: Kubelet, cluster: Cluster
) -> None:
    said = 'jobs.batch "x" is forbidden: exceeded quota: builds, requested: count/jobs.batch=1'
    cluster.remove("jobs", BUILDS, JOB)
    full = cluster.faults.add(403, verb="create", resource="jobs", message=said)
    world.send("build.start", F, id="2", source_url="https://code.test/b", build_timeout=600)
    start = world.broker.take()
    for _ in range(15):
        assert isinstance(
            (await Replica(world, Faults()).handler.handle(start)).settlement, SetAside
        )
        await minute(world, kubelet)
    full.times = 0
    assert (await Replica(world, Faults()).handler.handle(start)).settlement == Ack()
    waited = request_id("producer", "2")
    assert cluster.object("jobs", BUILDS, names.job(F, waited))
    assert not [told for told in world.published if f"{waited}.outcome" in str(told.body)]


async def test_a_build_that_waited_for_a_quota_and_is_asked_for_no_more_is_lost_some_time(
    world: World, kubelet: Kubelet, cluster: Cluster
) -> None:
    await world.records.write(*await delayed(world))
    cluster.remove("jobs", BUILDS, JOB)
    kubelet.clock.advance(29 * MINUTE)
    await Replica(world, Faults()).reconciler.sweep()
    assert outcomes(world) == []
    assert (await outcome(world, kubelet))["reason"] == "lost"


async def delayed(world: World) -> tuple[Record, str | None]:
    """The record, in which the build has just been refused a Job."""
    stored = await world.records.read(F)
    record, _ = decide(
        stored.record, JobDelayed(request_id=BUILD, now=world.clock(), error=OverLimitError("full"))
    )
    return record, stored.version


async def test_a_job_that_somebody_deleted_is_lost(
    world: World, kubelet: Kubelet, cluster: Cluster
) -> None:
    cluster.remove("jobs", BUILDS, JOB)
    assert (await outcome(world, kubelet))["reason"] == "lost"


async def test_a_pod_that_somebody_deleted_is_lost(
    world: World, kubelet: Kubelet, cluster: Cluster
) -> None:
    await kubelet.play(JOB, histories.RUNS_FOR_EVER)
    await minute(world, kubelet)
    (pod,) = cluster.objects("pods", BUILDS)
    cluster.remove("pods", BUILDS, pod["metadata"]["name"])
    assert (await outcome(world, kubelet))["reason"] == "lost"


async def test_a_pod_that_somebody_told_to_go_is_lost_though_its_job_kept_an_exit_code(
    world: World, kubelet: Kubelet, cluster: Cluster
) -> None:
    life = await kubelet.play(JOB, histories.RUNS_FOR_EVER)
    for _ in range(2):
        await minute(world, kubelet)
    life.delete_pod()
    await kubelet.finish(life)
    assert cluster.objects("pods", BUILDS) == []
    (job,) = cluster.objects("jobs", BUILDS)
    assert "exit code 143" in job["status"]["conditions"][-1]["message"]
    assert (await outcome(world, kubelet))["reason"] == "lost"


async def test_a_pod_that_failed_and_was_removed_has_left_its_exit_code_with_its_job(
    world: World, kubelet: Kubelet, cluster: Cluster
) -> None:
    life = await kubelet.play(JOB, histories.OOM_KANIKO)
    kubelet.clock.advance(1)
    await kubelet.step()
    await kubelet.finish(life)
    (pod,) = cluster.objects("pods", BUILDS)
    cluster.remove("pods", BUILDS, pod["metadata"]["name"])
    told = await outcome(world, kubelet)
    assert told["reason"] == "out_of_memory"  # by its exit code, 137
