"""Knative's webhooks and controllers, as far as the tests' cluster plays them."""

import pytest
from support.kubernetes.client import JSON_PATCH, Client
from support.kubernetes.cluster import FUNCTIONS, Cluster
from support.kubernetes.manifests import config_map, knative_service, trigger
from support.kubernetes.resources import Object

_SERVICES = "serving.knative.dev/v1/services"
_TRIGGERS = "eventing.knative.dev/v1/triggers"


def ready_of(service: Object) -> Object:
    """The condition Ready."""
    conditions = service["status"]["conditions"]
    found: Object = next(each for each in conditions if each["type"] == "Ready")
    return found


async def test_a_new_service_says_who_made_it_and_gets_the_defaults(functions: Client) -> None:
    made = (await functions.create(_SERVICES, knative_service("a"))).body
    annotations = made["metadata"]["annotations"]
    assert annotations["serving.knative.dev/creator"] == "kubernetes-admin"
    assert annotations["serving.knative.dev/lastModifier"] == "kubernetes-admin"
    spec = made["spec"]["template"]["spec"]
    assert spec["containers"][0]["name"] == "user-container"
    assert spec["timeoutSeconds"] == 300
    assert made["spec"]["traffic"] == [{"latestRevision": True, "percent": 100}]


@pytest.mark.parametrize(("whole", "start"), [(301, 300), (300, None), (10, None)])
async def test_an_answer_has_to_begin_within_300_seconds_if_nothing_is_said(
    functions: Client, whole: int, start: int | None
) -> None:
    asked = knative_service("a")
    asked["spec"]["template"]["spec"]["timeoutSeconds"] = whole
    made = (await functions.create(_SERVICES, asked)).body
    assert made["spec"]["template"]["spec"].get("responseStartTimeoutSeconds") == start


async def test_an_update_that_forgets_the_creator_is_denied(functions: Client) -> None:
    made = (await functions.create(_SERVICES, knative_service("a"))).body
    fresh = knative_service("a", "b:1", resourceVersion=made["metadata"]["resourceVersion"])
    refused = await functions.update(_SERVICES, fresh)
    assert refused.status == 400
    assert "admission webhook" in refused.body["message"]
    assert "denied the request" in refused.body["message"]
    assert "annotation value is immutable" in refused.body["message"]


async def test_an_update_that_keeps_it_is_taken(functions: Client) -> None:
    made = (await functions.create(_SERVICES, knative_service("a"))).body
    made["spec"]["template"]["spec"]["timeoutSeconds"] = 10
    assert (await functions.update(_SERVICES, made)).body["metadata"]["generation"] == 2


async def test_a_patch_of_the_spec_keeps_the_annotations(functions: Client) -> None:
    await functions.create(_SERVICES, knative_service("a"))
    spec = knative_service("a", "b:1")["spec"]
    patch = [{"op": "replace", "path": "/spec", "value": spec}]
    patched = await functions.patch(_SERVICES, "a", patch, JSON_PATCH)
    assert patched.status == 200
    assert patched.body["metadata"]["generation"] == 2


@pytest.mark.parametrize("spec", [{"filter": {"attributes": {"type": "b"}}}, {"broker": "another"}])
async def test_what_a_trigger_listens_to_is_immutable(functions: Client, spec: Object) -> None:
    await functions.create(_TRIGGERS, trigger("a"))
    refused = await functions.patch(_TRIGGERS, "a", {"spec": spec})
    assert refused.status == 400
    assert "Immutable fields changed" in refused.body["message"]


async def test_whom_a_trigger_tells_may_change(functions: Client) -> None:
    await functions.create(_TRIGGERS, trigger("a"))
    subscriber = {"subscriber": {"ref": None, "uri": "http://b"}}
    patched = await functions.patch(_TRIGGERS, "a", {"spec": subscriber})
    assert patched.status == 200


async def test_a_trigger_gets_the_label_of_its_broker_and_the_namespace_of_its_subscriber(
    functions: Client,
) -> None:
    made = (await functions.create(_TRIGGERS, trigger("a"))).body
    assert made["metadata"]["labels"] == {"eventing.knative.dev/broker": "default"}
    assert made["spec"]["subscriber"]["ref"]["namespace"] == FUNCTIONS


async def test_a_webhook_that_is_down_fails_what_it_would_look_at(
    cluster: Cluster, functions: Client
) -> None:
    cluster.webhooks.down = True
    refused = await functions.create(_SERVICES, knative_service("a"))
    assert refused.said == (500, "InternalError")
    assert "failed calling webhook" in refused.body["message"]
    assert (await functions.create("configmaps", config_map("a"))).status == 201
    cluster.webhooks.down = False
    assert (await functions.create(_SERVICES, knative_service("a"))).status == 201


async def test_a_webhook_denies_with_its_reason(cluster: Cluster, functions: Client) -> None:
    cluster.webhooks.denial = "expected 0 <= 9 <= 5: spec.template.metadata.annotations"
    refused = await functions.create(_SERVICES, knative_service("a"))
    assert refused.status == 400
    assert refused.body["message"] == (
        'admission webhook "validation.webhook.serving.knative.dev" denied the request:'
        " expected 0 <= 9 <= 5: spec.template.metadata.annotations"
    )


async def test_a_service_becomes_ready_when_it_is_told(cluster: Cluster, functions: Client) -> None:
    await functions.create(_SERVICES, knative_service("a"))
    cluster.knative.ready("a")
    found = (await functions.get(_SERVICES, "a")).body
    assert ready_of(found)["status"] == "True"
    assert found["status"]["observedGeneration"] == 1
    assert found["status"]["latestReadyRevisionName"] == "a-00001"
    assert found["status"]["url"] == f"http://a.{FUNCTIONS}.example.com"


async def test_a_new_revision_that_fails_leaves_the_old_one_serving(
    cluster: Cluster, functions: Client
) -> None:
    await functions.create(_SERVICES, knative_service("a"))
    cluster.knative.ready("a")
    await functions.patch(_SERVICES, "a", {"spec": {"template": {"spec": {"timeoutSeconds": 9}}}})
    stale = cluster.object("services.serving.knative.dev", FUNCTIONS, "a")
    assert stale["status"]["observedGeneration"] < stale["metadata"]["generation"]
    cluster.knative.failing("a", "image not found")
    found = cluster.object("services.serving.knative.dev", FUNCTIONS, "a")
    assert (ready_of(found)["status"], ready_of(found)["message"]) == ("False", "image not found")
    assert found["status"]["latestCreatedRevisionName"] == "a-00002"
    assert found["status"]["latestReadyRevisionName"] == "a-00001"


async def test_what_is_not_there_is_never_ready(cluster: Cluster) -> None:
    with pytest.raises(KeyError, match="no Service a"):
        cluster.knative.ready("a")


async def test_a_kind_whose_definition_is_gone_is_unknown(
    cluster: Cluster, functions: Client
) -> None:
    definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    name = "services.serving.knative.dev"
    found = await functions.call("GET", f"{definitions}/{name}")
    assert found.body["spec"]["names"]["kind"] == "Service"
    assert (await functions.call("GET", "/apis/serving.knative.dev/v1")).status == 200
    cluster.remove("customresourcedefinitions", "", name)
    refused = await functions.create(_SERVICES, knative_service("a"))
    assert refused.said == (404, "NotFound")
    assert refused.body["message"] == "the server could not find the requested resource"
    assert (await functions.call("GET", "/apis/serving.knative.dev/v1")).status == 404
