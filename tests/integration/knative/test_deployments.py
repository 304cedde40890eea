"""From a request to what is served, with records and Services in one cluster."""

from typing import Any

import pytest
from support.knative_deployment import NAME, Deployment, F, there
from support.knative_over_http import COMPANIONS, SERVICES
from support.kubernetes.cluster import FUNCTIONS, Cluster
from support.producers import build_of
from support.world import IMAGES

from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.domain import labels, names
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.rejection import Rejection


@pytest.fixture
def world(cluster: Cluster, client: KubernetesClient) -> Deployment:
    return Deployment(cluster=cluster, api=client)


def triggers(*types: str) -> dict[str, Any]:
    """A configuration with a Trigger for each of the *types*."""
    return {"triggers": [{"type": each} for each in types]}


def service(cluster: Cluster, name: str = NAME) -> dict[str, Any]:
    return cluster.object(SERVICES, FUNCTIONS, name)


def served(cluster: Cluster, name: str = NAME) -> str:
    build: str = service(cluster, name)["metadata"]["labels"][labels.BUILD]
    return build


def types(cluster: Cluster) -> list[str]:
    """The types of events that reach functions."""
    found = cluster.objects("triggers", FUNCTIONS)
    return sorted(each["spec"]["filter"]["attributes"]["type"] for each in found)


def calls(cluster: Cluster) -> list[str]:
    asked = [f"{call.verb} {call.resource.partition('.')[0]}" for call in cluster.calls]
    cluster.calls.clear()
    return asked


@pytest.mark.parametrize("number", [1, 3])
async def test_a_completion_takes_six_calls_or_five_and_one_for_each_further_trigger(
    world: Deployment, cluster: Cluster, number: int
) -> None:
    function = triggers(*"abc"[:number])
    first = await world.start("one", function=function)
    await world.end(first)
    calls(cluster)
    await world.handle()
    assert calls(cluster) == [
        "get configmaps",
        "update configmaps",
        "create services",
        "get configmaps",
        "create serviceaccounts",
        *["create triggers"] * number,
    ]
    second = await world.start("two", function=function)
    await world.end(second)
    calls(cluster)
    await world.handle()
    assert calls(cluster) == [
        "get configmaps",
        "update configmaps",
        "patch services",
        "get configmaps",
        *["patch triggers"] * number,
    ]
    assert served(cluster) == second


async def test_an_answer_may_take_all_of_the_time_that_a_function_has(
    world: Deployment, cluster: Cluster
) -> None:
    for name, seconds in (("one", 600), ("two", 100)):
        await world.build(name, function={"timeout_seconds": seconds})
        pod = service(cluster)["spec"]["template"]["spec"]
        assert (pod["timeoutSeconds"], pod["responseStartTimeoutSeconds"]) == (seconds, seconds)


async def test_law_2_whatever_is_delivered_again_changes_nothing(
    world: Deployment, cluster: Cluster
) -> None:
    await world.build("one")
    await world.build("two")
    before = there(cluster)
    for message in [*(sent.message for sent in world.sent), *world.published]:
        world.broker.send(message)
        world.broker.send(message)
    await world.handle()
    assert there(cluster) == before


async def test_law_4_a_deleted_function_is_gone_until_it_is_built_again(
    world: Deployment, cluster: Cluster
) -> None:
    await world.build("one")
    before = service(cluster)["metadata"]["uid"]
    await world.operate("delete", "delete")
    await cluster.settled()
    assert there(cluster) == []
    assert [each["service"] for each in world.heard("service.deleted")] == [NAME]
    for message in list(world.published):
        world.broker.send(message)
    await world.handle()
    assert there(cluster) == []
    build = await world.build("two")
    assert served(cluster) == build
    assert service(cluster)["metadata"]["uid"] != before
    assert [len(cluster.objects(kind, FUNCTIONS)) for kind in COMPANIONS] == [1, 1]


async def test_a_rollback_goes_to_any_build_that_is_recorded(
    world: Deployment, cluster: Cluster
) -> None:
    builds = [await world.build(name, function=triggers(name)) for name in ("one", "two", "three")]
    for number, to in enumerate([0, 2, 1]):
        await world.operate("rollback", f"back-{number}", to=builds[to])
        assert served(cluster) == builds[to]
        assert types(cluster) == [("one", "two", "three")[to]]
    await world.operate("rollback", "undo")
    assert served(cluster) == builds[2]
    spec = service(cluster)["spec"]["template"]["spec"]
    image = spec["containers"][0]["image"]
    assert image.startswith(f"pull.test/{IMAGES.repository(F)}@sha256:")


async def test_law_6_a_failed_build_never_touches_the_running_service(
    world: Deployment, cluster: Cluster
) -> None:
    await world.build("one")
    before = there(cluster)
    failing = await world.start("two", function=triggers("x"))
    await world.end(failing, reason=Reason.BUILD_EXIT)
    await world.handle()
    await world.start("broken", function=triggers("y"))
    assert [each["reason"] for each in world.heard("build.failed")] == [
        "build_exit",
        "source_not_found",
    ]
    assert there(cluster) == before


async def test_law_12_functions_whose_ids_look_alike_share_nothing(
    world: Deployment, cluster: Cluster
) -> None:
    alike = [FunctionId(*ids) for ids in (("A_b", "c"), ("a-b", "c"), ("a", "b-c"), ("a-b-c", "c"))]
    for f in alike:
        await world.build("one", f)
    found = {each["metadata"]["name"] for each in cluster.objects(SERVICES, FUNCTIONS)}
    assert found == {names.service(f) for f in alike}
    assert [len(cluster.objects(kind, FUNCTIONS)) for kind in COMPANIONS] == [4, 4]
    assert [served(cluster, names.service(f)) for f in alike] == [build_of(f, "one") for f in alike]


async def test_another_filter_takes_the_place_of_the_one_before(
    world: Deployment, cluster: Cluster
) -> None:
    await world.build("one", function=triggers("a", "b"))
    await world.build("two", function=triggers("b", "c"))
    assert types(cluster) == ["b", "c"]


async def test_a_sweep_makes_again_what_somebody_has_removed(
    world: Deployment, cluster: Cluster
) -> None:
    build = await world.build("one", function=triggers("a", "b"))
    for each in cluster.objects("triggers", FUNCTIONS)[:1]:
        cluster.remove("triggers", FUNCTIONS, each["metadata"]["name"])
    cluster.remove("serviceaccounts", FUNCTIONS, NAME)
    await world.replica.reconciler.sweep()
    assert types(cluster) == ["a", "b"]
    assert len(cluster.objects("serviceaccounts", FUNCTIONS)) == 1
    cluster.remove(SERVICES, FUNCTIONS, NAME)
    await cluster.settled()
    await world.replica.reconciler.sweep()
    assert served(cluster) == build
    assert types(cluster) == ["a", "b"]


async def test_what_a_webhook_denies_fails_the_service_and_is_kept_for_a_person(
    world: Deployment, cluster: Cluster
) -> None:
    cluster.webhooks.denial = "expected 0 <= 2000 <= 1000: spec.template.spec.containerConcurrency"
    await world.build("one")
    told = f"{NAME}: refused by the cluster: {cluster.webhooks.denial}"
    assert [each["detail"] for each in world.heard("service.failed")] == [told]
    (kept,) = world.broker.dead_letters
    assert (kept.rejection, kept.detail) == (Rejection.FORBIDDEN, told)
    cluster.webhooks.denial = ""
    world.broker.send(kept.message)
    await world.handle()
    assert served(cluster) == build_of(F, "one")


async def test_a_webhook_that_is_down_delays_and_loses_nothing(
    world: Deployment, cluster: Cluster
) -> None:
    cluster.webhooks.down = True
    build = await world.build("one")
    assert world.broker.dead_letters == []
    cluster.webhooks.down = False
    world.clock.advance(2)
    world.broker.wake()
    await world.handle()
    assert served(cluster) == build
    assert types(cluster) == ["network.notifi.lambda.parser.start"]


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("Service", {"template": {"spec": {"containers": [{"image": "somebody/else"}]}}}),
        ("Trigger", {"broker": "default", "filter": {}}),
    ],
)
async def test_what_has_our_name_and_is_not_ours_fails_the_service(
    world: Deployment, cluster: Cluster, kind: str, spec: dict[str, Any]
) -> None:
    group = {"Service": "serving", "Trigger": "eventing"}[kind]
    filtered = (("source", names.tenant_source(F.third_party_id)), ("type", "a"))
    name = NAME if kind == "Service" else names.trigger(F, filtered)
    foreign = {
        "apiVersion": f"{group}.knative.dev/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": FUNCTIONS},
        "spec": spec,
    }
    planted = cluster.plant(foreign)
    await world.build("one", function=triggers("a"))
    (kept,) = world.broker.dead_letters
    assert kept.rejection is Rejection.FOREIGN_SERVICE
    assert f"a {kind} of that name exists and is not ours" in kept.detail
    assert [each["detail"] for each in world.heard("service.failed")] == [kept.detail]
    assert cluster.object(f"{kind.lower()}s.{group}.knative.dev", FUNCTIONS, name) == planted
