"""What a cluster refuses has a clear outcome, and once that is mended nothing was lost."""

from collections.abc import AsyncIterator

import pytest
from support.counted import Counted, counted
from support.kubernetes.cluster import BUILDS, FUNCTIONS, Cluster
from support.kubernetes.faults import Fault
from support.s3_gate import S3Gate
from support.wired import FUNCTION, build_of

from knative_lambda.domain import names
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Ack, DeadLetter, Retry, SetAside

SERVICE, JOB = names.service(FUNCTION), names.job(FUNCTION, build_of("1"))
QUOTA = 'jobs.batch "x" is forbidden: exceeded quota: builds, requested: count/jobs.batch=1'


@pytest.fixture
async def service(cluster: Cluster, gate: S3Gate) -> AsyncIterator[Counted]:
    async with gate, counted(cluster, gate) as counting:
        yield counting


def foreign(api: str, kind: str, namespace: str, name: str) -> dict[str, object]:
    """Somebody else's object."""
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": {}}


async def test_a_start_over_a_quota_waits_and_is_built_when_there_is_room(
    service: Counted,
) -> None:
    fault = refused(service.cluster, "create", "jobs", QUOTA)
    assert isinstance(await service.start("1"), SetAside)
    fault.times = 0
    assert await service.start("1") == Ack()
    assert service.cluster.object("jobs", BUILDS, JOB)


@pytest.mark.parametrize(
    ("verb", "resource"),
    [("get", "configmaps"), ("create", "configmaps"), ("create", "jobs"), ("list", "jobs")],
)
async def test_a_start_without_a_right_is_tried_again_and_built_once_it_is_given(
    service: Counted, verb: str, resource: str
) -> None:
    fault = refused(service.cluster, verb, resource, f"{resource} is forbidden: cannot {verb}")
    assert isinstance(await service.start("1"), Retry)
    fault.times = 0
    assert await service.start("1") == Ack()
    assert service.cluster.object("jobs", BUILDS, JOB)


@pytest.mark.parametrize("resource", ["services", "serviceaccounts", "triggers"])
async def test_a_completion_without_a_right_is_tried_again_and_deployed_once_it_is_given(
    service: Counted, resource: str
) -> None:
    await service.start("1")
    await service.succeed("1")
    fault = refused(service.cluster, "create", resource, f"{resource} is forbidden: cannot create")
    assert isinstance(await service.completed("1"), Retry)
    fault.times = 0
    await deploys(service)


async def test_a_completion_without_knative_is_tried_again_and_deployed_once_it_is_there(
    service: Counted,
) -> None:
    await service.start("1")
    await service.succeed("1")
    definition = service.cluster.object("customresourcedefinitions", "", KIND)
    service.cluster.remove("customresourcedefinitions", "", KIND)
    assert isinstance(await service.completed("1"), Retry)
    service.cluster.plant(definition)
    await deploys(service)


async def test_a_completion_while_knatives_webhook_is_down_is_tried_again(
    service: Counted,
) -> None:
    await service.start("1")
    await service.succeed("1")
    service.cluster.webhooks.down = True
    assert isinstance(await service.completed("1"), Retry)
    service.cluster.webhooks.down = False
    await deploys(service)


async def test_a_service_of_somebody_else_is_left_and_told(service: Counted) -> None:
    theirs = service.cluster.plant(foreign("serving.knative.dev/v1", "Service", FUNCTIONS, SERVICE))
    await service.start("1")
    await service.succeed("1")
    settled = await service.completed("1")
    assert isinstance(settled, DeadLetter)
    assert settled.rejection is Rejection.FOREIGN_SERVICE
    assert service.cluster.object("services.serving.knative.dev", FUNCTIONS, SERVICE) == theirs
    assert service.told()[-1] == "service.failed"
    service.cluster.remove("services.serving.knative.dev", FUNCTIONS, SERVICE)
    await deploys(service)


async def test_a_record_of_somebody_else_is_left_and_told(service: Counted) -> None:
    theirs = service.cluster.plant(foreign("v1", "ConfigMap", BUILDS, SERVICE))
    settled = await service.start("1")
    assert isinstance(settled, DeadLetter)
    assert settled.rejection is Rejection.FORBIDDEN
    assert service.told()[-1] == "build.rejected"
    assert service.cluster.object("configmaps", BUILDS, SERVICE) == theirs


async def test_a_job_of_somebody_else_is_left_and_the_build_fails(service: Counted) -> None:
    theirs = service.cluster.plant(foreign("batch/v1", "Job", BUILDS, JOB))
    assert await service.start("1") == Ack()
    assert service.told()[-1] == "build.failed"
    assert service.cluster.object("jobs", BUILDS, JOB) == theirs


KIND = "services.serving.knative.dev"


def refused(cluster: Cluster, verb: str, resource: str, message: str) -> Fault:
    """Let the API forbid that."""
    return cluster.faults.add(403, verb=verb, resource=resource, message=message)


async def deploys(service: Counted) -> None:
    """The outcome comes again, and the function is served by what the registry has."""
    assert await service.completed("1") == Ack()
    found = service.cluster.object(KIND, FUNCTIONS, SERVICE)
    (container,) = found["spec"]["template"]["spec"]["containers"]
    assert container["image"].endswith(f"@sha256:{'a' * 64}")
    assert service.cluster.object("serviceaccounts", FUNCTIONS, SERVICE)
    assert len(service.cluster.objects("triggers", FUNCTIONS)) == 1
