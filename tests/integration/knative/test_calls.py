"""How many calls of the Kubernetes API a deployment takes."""

import pytest
from support.knative_specs import NAME, key, spec
from support.kubernetes.cluster import FUNCTIONS, Cluster

from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer


def calls(cluster: Cluster) -> list[str]:
    """What was asked since this was last asked."""
    asked = [
        f"{call.verb} {call.resource.partition('.')[0]} {call.status}" for call in cluster.calls
    ]
    cluster.calls.clear()
    return asked


@pytest.mark.parametrize("types", [("a",), ("a", "b", "c")])
async def test_a_service_is_made_by_one_call_for_each_object(
    cluster: Cluster, deployer: KnativeServiceDeployer, types: tuple[str, ...]
) -> None:
    created = await deployer.create(spec(1, *types))
    await deployer.bind(spec(1, *types), created)
    triggers = ["create triggers 201" for _ in types]
    assert calls(cluster) == ["create services 201", "create serviceaccounts 201", *triggers]


@pytest.mark.parametrize("types", [("a",), ("a", "b", "c")])
async def test_a_service_is_updated_by_one_call_and_one_for_each_trigger(
    cluster: Cluster, deployer: KnativeServiceDeployer, types: tuple[str, ...]
) -> None:
    await deployer.bind(spec(1, *types), await deployer.create(spec(1, *types)))
    for at in (2, 3):
        calls(cluster)
        patched = await deployer.patch(spec(at, *types), key(at - 1))
        await deployer.bind(spec(at, *types), patched)
        assert calls(cluster) == ["patch services 200", *["patch triggers 200" for _ in types]]


async def test_a_repeat_reads_each_object_and_writes_none(
    cluster: Cluster, deployer: KnativeServiceDeployer
) -> None:
    await deployer.bind(spec(1, "a", "b"), await deployer.create(spec(1, "a", "b")))
    before = [cluster.objects(kind, FUNCTIONS) for kind in ("serviceaccounts", "triggers")]
    calls(cluster)
    seen = await deployer.look(NAME)
    assert seen is not None
    await deployer.bind(spec(1, "a", "b"), seen)
    assert calls(cluster) == [
        "get services 200",
        "get serviceaccounts 200",
        "get triggers 200",
        "get triggers 200",
    ]
    assert [cluster.objects(k, FUNCTIONS) for k in ("serviceaccounts", "triggers")] == before


async def test_another_filter_takes_one_call_more_and_two_to_remove_the_old_one(
    cluster: Cluster, deployer: KnativeServiceDeployer
) -> None:
    await deployer.bind(spec(1, "a", "b"), await deployer.create(spec(1, "a", "b")))
    calls(cluster)
    await deployer.bind(spec(2, "b", "c"), await deployer.patch(spec(2, "b", "c"), key(1)))
    await deployer.prune(spec(2, "b", "c"))
    assert calls(cluster) == [
        "patch services 200",
        "patch triggers 200",
        "patch triggers 404",
        "create triggers 201",
        "list triggers 200",
        "delete triggers 200",
    ]


async def test_a_deletion_takes_one_look_and_one_call(
    cluster: Cluster, deployer: KnativeServiceDeployer
) -> None:
    await deployer.create(spec(1))
    seen = await deployer.look(NAME)
    assert seen is not None
    calls(cluster)
    await deployer.delete(seen)
    assert calls(cluster) == ["delete services 200"]
