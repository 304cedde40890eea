"""The tests' Kubernetes API keeps, gives and refuses objects as a real one does."""

import asyncio

import pytest
from support.kubernetes.build_jobs import build_job
from support.kubernetes.client import Client
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.manifests import config_map, knative_service
from support.kubernetes.resources import Object


def job(api: Client, name: str) -> Object:
    """A Job in that client's namespace."""
    found = build_job(name)
    found["metadata"]["namespace"] = api.namespace
    return found


async def test_what_is_created_is_found_with_what_the_server_adds(api: Client) -> None:
    made = await api.create("configmaps", config_map("a", {"x": "1"}))
    assert made.status == 201
    found = await api.get("configmaps", "a")
    assert found.body == made.body
    assert found.body["data"] == {"x": "1"}
    metadata = found.body["metadata"]
    assert metadata["namespace"] == api.namespace
    assert metadata["uid"]
    assert metadata["creationTimestamp"].endswith("Z")
    assert metadata["resourceVersion"].isdecimal()


async def test_what_is_there_cannot_be_created(api: Client) -> None:
    await api.create("configmaps", config_map("a"))
    refused = await api.create("configmaps", config_map("a"))
    assert refused.said == (409, "AlreadyExists")
    assert refused.body["message"] == 'configmaps "a" already exists'
    assert refused.body["details"] == {"name": "a", "kind": "configmaps"}


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
async def test_what_is_not_there_is_not_found(api: Client, method: str) -> None:
    body: Object | None = {"PUT": config_map("a"), "PATCH": {"data": {}}}.get(method)
    kind = "application/merge-patch+json" if method == "PATCH" else ""
    refused = await api.call(method, api.path("configmaps", "a"), body, kind)
    assert refused.said == (404, "NotFound")
    assert refused.body["message"] == 'configmaps "a" not found'


async def test_a_job_is_not_found_under_its_group(api: Client) -> None:
    refused = await api.get("batch/v1/jobs", "a")
    assert refused.body["message"] == 'jobs.batch "a" not found'
    assert refused.body["details"] == {"name": "a", "group": "batch", "kind": "jobs"}


async def test_a_kind_that_nobody_knows_is_not_found(api: Client) -> None:
    refused = await api.get("example.com/v1/things", "a")
    assert refused.status == 404


async def test_nothing_is_created_in_a_namespace_that_is_not_there(api: Client) -> None:
    path = "/api/v1/namespaces/nowhere/configmaps"
    refused = await api.call("POST", path, config_map("a"))
    assert refused.said == (404, "NotFound")
    assert refused.body["message"] == 'namespaces "nowhere" not found'


async def test_an_object_must_be_of_the_kind_and_the_namespace_of_its_url(api: Client) -> None:
    elsewhere = config_map("a", namespace="elsewhere")
    assert (await api.create("configmaps", elsewhere)).said == (400, "BadRequest")
    other = {**config_map("a"), "kind": "Secret"}
    assert (await api.create("configmaps", other)).said == (400, "BadRequest")
    await api.create("configmaps", config_map("a"))
    path = api.path("configmaps", "a")
    assert (await api.call("PUT", path, config_map("b"))).said == (400, "BadRequest")


async def test_a_generated_name_is_new_each_time(api: Client) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "a-"}}
    names = {(await api.create("configmaps", body)).body["metadata"]["name"] for _ in range(3)}
    assert len(names) == 3
    assert all(len(name) == 7 and name.startswith("a-") for name in names)


async def test_an_update_that_says_an_old_version_conflicts(api: Client) -> None:
    old = (await api.create("configmaps", config_map("a"))).body
    new = await api.update("configmaps", {**old, "data": {"x": "1"}})
    assert new.status == 200
    assert new.body["metadata"]["resourceVersion"] != old["metadata"]["resourceVersion"]
    refused = await api.update("configmaps", {**old, "data": {"x": "2"}})
    assert refused.said == (409, "Conflict")
    assert refused.body["message"].startswith(
        'Operation cannot be fulfilled on configmaps "a": the'
    )
    assert "causes" not in refused.body["details"]


async def test_an_update_of_a_core_kind_without_a_version_is_unconditional(api: Client) -> None:
    await api.create("configmaps", config_map("a"))
    assert (await api.update("configmaps", config_map("a", {"x": "1"}))).status == 200
    assert (await api.get("configmaps", "a")).body["data"] == {"x": "1"}


async def test_an_update_of_a_custom_kind_needs_a_version(functions: Client) -> None:
    services = "serving.knative.dev/v1/services"
    await functions.create(services, knative_service("a"))
    refused = await functions.update(services, knative_service("a"))
    assert refused.said == (422, "Invalid")
    assert "metadata.resourceVersion" in refused.body["message"]
    assert "must be specified for an update" in refused.body["message"]


async def test_an_update_of_another_object_of_that_name_conflicts(api: Client) -> None:
    old = (await api.create("configmaps", config_map("a"))).body
    await api.delete("configmaps", "a")
    await api.create("configmaps", config_map("a"))
    del old["metadata"]["resourceVersion"]
    refused = await api.update("configmaps", old)
    assert refused.said == (409, "Conflict")
    assert "Precondition failed: UID in precondition" in refused.body["message"]


async def test_an_update_that_changes_nothing_makes_no_new_version(api: Client) -> None:
    old = (await api.create("configmaps", config_map("a", {"x": "1"}))).body
    assert (await api.update("configmaps", old)).body == old


async def test_a_generation_counts_changes_of_what_is_asked_for(functions: Client) -> None:
    services = "serving.knative.dev/v1/services"
    first = (await functions.create(services, knative_service("a"))).body["metadata"]
    labelled = {"metadata": {"labels": {"x": "y"}}}
    second = (await functions.patch(services, "a", labelled)).body["metadata"]
    changed = {"spec": {"template": {"spec": {"timeoutSeconds": 10}}}}
    third = (await functions.patch(services, "a", changed)).body["metadata"]
    generations = [each["generation"] for each in (first, second, third)]
    assert generations == [1, 1, 2]


async def test_what_a_client_says_of_the_servers_own_fields_is_passed_over(api: Client) -> None:
    body = config_map("a", uid="mine", creationTimestamp="2000-01-01T00:00:00Z", generation=7)
    made = (await api.create("configmaps", body)).body["metadata"]
    assert made["uid"] != "mine"
    assert not made["creationTimestamp"].startswith("2000")


async def test_a_status_is_written_at_its_own_address(functions: Client) -> None:
    services = "serving.knative.dev/v1/services"
    await functions.create(services, knative_service("a"))
    status = {"status": {"url": "http://a"}}
    assert "status" not in (await functions.patch(services, "a", status)).body
    path = functions.path(services, "a/status")
    written = await functions.call("PATCH", path, status, "application/merge-patch+json")
    assert written.body["status"] == {"url": "http://a"}
    assert written.body["metadata"]["generation"] == 1


async def test_a_delete_answers_what_is_gone(api: Client) -> None:
    uid = (await api.create("configmaps", config_map("a"))).body["metadata"]["uid"]
    gone = await api.delete("configmaps", "a")
    assert gone.status == 200
    assert gone.body["status"] == "Success"
    assert gone.body["details"] == {"name": "a", "kind": "configmaps", "uid": uid}


async def test_a_delete_keeps_its_preconditions(api: Client) -> None:
    old = (await api.create("configmaps", config_map("a"))).body["metadata"]
    new = (await api.update("configmaps", config_map("a", {"x": "1"}))).body["metadata"]
    for wrong in ({"resourceVersion": old["resourceVersion"]}, {"uid": "another"}):
        refused = await api.delete("configmaps", "a", {"preconditions": wrong})
        assert refused.said == (409, "Conflict")
        assert "Precondition failed" in refused.body["message"]
    right = {"uid": new["uid"], "resourceVersion": new["resourceVersion"]}
    assert (await api.delete("configmaps", "a", {"preconditions": right})).status == 200


async def test_a_finalizer_keeps_what_is_deleted_until_it_is_taken_away(api: Client) -> None:
    await api.create("configmaps", config_map("a", finalizers=["example.com/keep"]))
    left = await api.delete("configmaps", "a")
    assert left.status == 200
    assert left.body["metadata"]["deletionTimestamp"]
    assert (await api.get("configmaps", "a")).status == 200
    await api.patch("configmaps", "a", {"metadata": {"finalizers": None}})
    assert (await api.get("configmaps", "a")).status == 404


async def test_a_dry_run_keeps_nothing(api: Client) -> None:
    made = await api.create("configmaps", config_map("a"), dryRun="All")
    assert made.status == 201
    assert (await api.get("configmaps", "a")).status == 404


async def test_a_jobs_template_is_immutable(api: Client) -> None:
    made = await api.create("batch/v1/jobs", job(api, "a"))
    assert made.status == 201
    spec = {"spec": {"template": {"spec": {"terminationGracePeriodSeconds": 1}}}}
    refused = await api.patch("batch/v1/jobs", "a", spec)
    assert refused.said == (422, "Invalid")
    assert "field is immutable" in refused.body["message"]
    shorter = {"spec": {"activeDeadlineSeconds": 1}}
    assert (await api.patch("batch/v1/jobs", "a", shorter)).status == 200


async def test_a_job_gets_the_selector_and_the_labels_of_its_pods(api: Client) -> None:
    made = (await api.create("batch/v1/jobs", job(api, "a"))).body
    uid = made["metadata"]["uid"]
    assert made["spec"]["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
    assert made["spec"]["template"]["metadata"]["labels"]["job-name"] == "a"
    assert made["spec"]["podReplacementPolicy"] == "TerminatingOrFailed"


async def test_more_than_a_mebibyte_is_too_much_for_a_config_map(api: Client) -> None:
    assert (await api.create("configmaps", config_map("a", {"x": "y" * (1 << 20)}))).status == 201
    refused = await api.create("configmaps", config_map("b", {"x": "y" * ((1 << 20) + 1)}))
    assert refused.said == (422, "Invalid")
    assert "Too long" in refused.body["message"]


async def test_a_body_of_more_than_three_mebibytes_is_not_read(api: Client) -> None:
    refused = await api.create("configmaps", config_map("a", {"x": "y" * (3 << 20)}))
    assert refused.said == (413, "RequestEntityTooLarge")


async def test_a_method_that_is_not_for_that_address_is_refused(api: Client) -> None:
    assert (await api.call("PUT", api.path("configmaps"), {})).said == (405, "MethodNotAllowed")


async def test_the_server_says_what_it_is_and_what_it_knows(api: Client) -> None:
    assert (await api.call("GET", "/version")).body["major"] == "1"
    assert "v1" in (await api.call("GET", "/api")).body["versions"]
    batch = (await api.call("GET", "/apis/batch/v1")).body["resources"]
    assert {"jobs", "jobs/status"} <= {each["name"] for each in batch}
    groups = {each["name"] for each in (await api.call("GET", "/apis")).body["groups"]}
    assert "rbac.authorization.k8s.io" in groups


async def test_each_call_is_noted_with_its_verb_and_its_answer(
    cluster: Cluster, builds: Client
) -> None:
    await builds.create("configmaps", config_map("a"))
    await builds.get("configmaps", "b")
    await builds.listed("batch/v1/jobs")
    noted = [(each.verb, each.resource, each.name, each.status) for each in cluster.calls]
    assert noted == [
        ("create", "configmaps", "a", 201),
        ("get", "configmaps", "b", 404),
        ("list", "jobs.batch", "", 200),
    ]


async def test_a_back_door_asks_nobody(cluster: Cluster) -> None:
    cluster.plant({**config_map("a"), "nonsense": True})
    assert cluster.object("configmaps", "default", "a")["nonsense"] is True
    cluster.plant(config_map("a", {"x": "1"}))
    assert cluster.objects("configmaps", "default")[0]["data"] == {"x": "1"}
    cluster.remove("configmaps", "default", "a")
    assert cluster.objects("configmaps") == []
    assert cluster.calls == []


async def test_planting_makes_the_namespace(cluster: Cluster, builds: Client) -> None:
    cluster.plant(config_map("a", namespace="new"))
    found = await builds.call("GET", "/api/v1/namespaces/new/configmaps/a")
    assert found.status == 200


async def test_writes_at_once_conflict_but_for_one(cluster: Cluster, builds: Client) -> None:
    old = cluster.plant(config_map("a", namespace=BUILDS))
    writes = [builds.update("configmaps", {**old, "data": {"x": str(n)}}) for n in range(8)]
    statuses = sorted([each.status for each in await asyncio.gather(*writes)])
    assert statuses == [200] + [409] * 7
