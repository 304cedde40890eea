"""How many calls of the Kubernetes API and of S3 each event takes, through the real wiring."""

from collections.abc import AsyncIterator

import pytest
from support.counted import Counted, counted
from support.kubernetes.cluster import BUILDS, Cluster
from support.s3_gate import S3Gate
from support.wired import FUNCTION, build_of

from knative_lambda.domain import labels, names
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.runtimes import DEFAULT, RUNTIMES
from knative_lambda.domain.settlement import Ack, SetAside
from knative_lambda.domain.verdict import Verdict

JOB = names.job(FUNCTION, build_of("1"))
START = ["get configmaps", "create configmaps", "create jobs", "s3 PUT"]
CREATION = [
    *("get configmaps", "update configmaps", "create services", "get configmaps"),
    "create serviceaccounts",
]
CLEARED = ["get configmaps", "delete jobs", "update configmaps", "s3 DELETE"]
UPDATE = ["get configmaps", "update configmaps", "patch services", "get configmaps"]


@pytest.fixture
async def service(cluster: Cluster, gate: S3Gate) -> AsyncIterator[Counted]:
    async with gate, counted(cluster, gate) as counting:
        yield counting


async def test_a_start_takes_three_and_one_besides_one_list_of_jobs_for_all_of_a_second(
    service: Counted,
) -> None:
    assert await service.start("1") == Ack()
    assert service.calls() == ["list jobs", *START]
    assert await service.start("2") == Ack()
    assert service.calls() == [START[0], "update configmaps", *START[2:]]


async def test_a_start_that_is_appended_takes_two_and_one_and_its_repeat_one_and_none(
    service: Counted,
) -> None:
    service.assembler.bases = frozenset({RUNTIMES[DEFAULT].base_image})
    assert await service.start("1") == Ack()
    assert service.calls() == ["list jobs", "get configmaps", "create configmaps", "s3 PUT"]
    assert service.told() == ["build.started", "build.complete"]
    assert await service.start("1") == Ack()
    assert service.calls() == ["get configmaps"]


async def test_a_start_that_is_known_takes_two_and_none(service: Counted) -> None:
    assert await service.start("1") == Ack()
    service.calls()
    assert await service.start("1") == Ack()
    assert service.calls() == ["get configmaps", "get jobs"]


async def test_a_start_that_is_known_and_has_no_job_takes_three_and_none(
    service: Counted, cluster: Cluster
) -> None:
    assert await service.start("1") == Ack()
    cluster.remove("jobs", BUILDS, JOB)
    service.calls()
    assert await service.start("1") == Ack()
    assert service.calls() == ["get configmaps", "get jobs", "create jobs"]


async def test_a_start_that_is_known_fails_if_another_build_has_its_job(
    service: Counted, cluster: Cluster
) -> None:
    assert await service.start("1") == Ack()
    job = cluster.object("jobs", BUILDS, JOB)
    job["metadata"]["labels"][labels.BUILD] = build_of("2")
    cluster.plant(job)
    assert await service.start("1") == Ack()
    assert service.told()[-1] == "build.failed"


async def test_a_start_whose_image_is_there_takes_two_and_none(service: Counted) -> None:
    await service.deploy("1")
    assert await service.start("2", build_args={"NUMBER": "1"}) == Ack()
    assert service.calls() == ["get configmaps", "update configmaps"]


async def test_a_start_that_is_set_aside_asks_nobody(cluster: Cluster, gate: S3Gate) -> None:
    async with gate, counted(cluster, gate, KLB_MAX_ACTIVE_BUILDS="1") as service:
        assert await service.start("1") == Ack()
        service.calls()
        for _ in range(3):
            assert isinstance(await service.start("2"), SetAside)
        assert service.calls() == []


@pytest.mark.parametrize("triggers", [1, 2, 5])
async def test_a_completion_takes_five_and_one_for_each_trigger_and_an_update_one_less(
    service: Counted, triggers: int
) -> None:
    created = await service.deploy("1", triggers)
    assert created == [*CREATION, *["create triggers"] * triggers, "s3 DELETE"]
    updated = await service.deploy("2", triggers)
    assert updated == [*UPDATE, *["patch triggers"] * triggers, "s3 DELETE"]


async def test_a_sidecar_takes_two_and_none(service: Counted) -> None:
    assert await service.start("1") == Ack()
    service.calls()
    await service.succeed("1")
    assert service.calls() == ["get configmaps", "update configmaps"]


async def test_a_failure_takes_two_and_one_and_its_repeat_one_and_none(service: Counted) -> None:
    assert await service.start("1") == Ack()
    await service.decide("1", Verdict(Reason.BUILD_EXIT, "exit code 3"))
    service.calls()
    build = build_of("1")
    failed = {"build_id": build, "status": "failed", "reason": "build_exit"}
    for calls in (["get configmaps", "update configmaps", "s3 DELETE"], ["get configmaps"]):
        assert await service.handle("build.failed", f"{build}.outcome", **failed) == Ack()
        assert service.calls() == calls


async def test_a_failure_whose_job_runs_on_takes_three_and_one(service: Counted) -> None:
    assert await service.start("1") == Ack()
    await service.decide("1", Verdict(Reason.TIMEOUT, "the build took longer than it may"))
    service.calls()
    build = build_of("1")
    failed = {"build_id": build, "status": "failed", "reason": "timeout"}
    assert await service.handle("build.failed", f"{build}.outcome", **failed) == Ack()
    assert service.calls() == CLEARED


async def test_a_cancel_takes_two_and_its_outcome_three_and_one(service: Counted) -> None:
    assert await service.start("1") == Ack()
    service.calls()
    build = build_of("1")
    assert await service.handle("build.cancel", "c", build_id=build) == Ack()
    assert service.calls() == ["get configmaps", "update configmaps"]
    assert await service.handle("build.cancelled", f"{build}.outcome", build_id=build) == Ack()
    assert service.calls() == CLEARED


async def test_a_superseded_build_takes_three_and_one(service: Counted) -> None:
    for event_id in ("1", "2"):
        assert await service.start(event_id) == Ack()
    service.calls()
    build = build_of("1")
    assert await service.handle("build.superseded", f"{build}.outcome", build_id=build) == Ack()
    assert service.calls() == CLEARED


async def test_a_delete_takes_four_and_none(service: Counted) -> None:
    await service.deploy("1")
    assert await service.handle("service.delete", "d") == Ack()
    assert service.calls() == [
        "get configmaps",
        "update configmaps",
        "get services",
        "delete services",
    ]


async def test_a_rollback_takes_five_and_none(service: Counted) -> None:
    await service.deploy("1")
    await service.deploy("2")
    assert await service.handle("service.rollback", "r") == Ack()
    assert service.calls() == [*UPDATE, "patch triggers"]
