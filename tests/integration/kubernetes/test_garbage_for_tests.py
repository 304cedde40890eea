"""What an owner leaves behind is collected as a real cluster collects it."""

import pytest
from support.kubernetes.build_jobs import build_job
from support.kubernetes.client import Client
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.kubelet import Kubelet
from support.kubernetes.manifests import config_map, owned_by
from support.kubernetes.played import begun, pod_of

_JOBS = "batch/v1/jobs"


async def test_what_is_owned_goes_with_its_owner(cluster: Cluster, builds: Client) -> None:
    owner = cluster.plant(config_map("owner", namespace=BUILDS))
    child = cluster.plant(config_map("child", namespace=BUILDS, **owned_by(owner)))
    cluster.plant(config_map("grandchild", namespace=BUILDS, **owned_by(child)))
    cluster.plant(config_map("stranger", namespace=BUILDS))
    await builds.delete("configmaps", "owner")
    await cluster.settled()
    assert await builds.names("configmaps") == ["stranger"]


async def test_what_is_made_for_an_owner_that_is_gone_goes_too(
    cluster: Cluster, builds: Client
) -> None:
    owner = cluster.plant(config_map("owner", namespace=BUILDS))
    await builds.delete("configmaps", "owner")
    cluster.plant(config_map("owner", namespace=BUILDS))
    made = await builds.create("configmaps", config_map("late", **owned_by(owner)))
    assert made.status == 201
    await cluster.settled()
    assert await builds.names("configmaps") == ["owner"]


async def test_an_owner_in_another_namespace_is_none(cluster: Cluster) -> None:
    owner = cluster.plant(config_map("owner", namespace="default"))
    cluster.plant(config_map("child", namespace=BUILDS, **owned_by(owner)))
    await cluster.settled()
    assert cluster.objects("configmaps", BUILDS) == []


async def test_an_owner_is_found_by_its_name_and_known_by_its_uid(cluster: Cluster) -> None:
    owner = cluster.plant(config_map("owner", namespace=BUILDS))
    (reference,) = owned_by(owner)["ownerReferences"]
    for name, wrong in (("a", {"name": "other"}), ("b", {"uid": "other"}), ("c", {})):
        references = [{**reference, **wrong}]
        cluster.plant(config_map(name, namespace=BUILDS, ownerReferences=references))
    await cluster.settled()
    left = [each["metadata"]["name"] for each in cluster.objects("configmaps", BUILDS)]
    assert left == ["c", "owner"]


async def test_one_of_two_owners_keeps_what_they_own(cluster: Cluster, builds: Client) -> None:
    owners = [cluster.plant(config_map(name, namespace=BUILDS)) for name in ("one", "two")]
    references = [ref for each in owners for ref in owned_by(each)["ownerReferences"]]
    cluster.plant(config_map("child", namespace=BUILDS, ownerReferences=references))
    await builds.delete("configmaps", "one")
    await cluster.settled()
    assert await builds.names("configmaps") == ["child", "two"]


@pytest.mark.parametrize("policy", [None, "Orphan"])
async def test_a_job_that_is_deleted_without_more_lets_go_of_its_pod(
    kubelet: Kubelet, builds: Client, policy: str | None
) -> None:
    await begun(kubelet, "RUNS_FOR_EVER")
    kubelet.clock.advance(1)
    await kubelet.step()
    options = {"propagationPolicy": policy} if policy else None
    assert (await builds.delete(_JOBS, "build-a", options)).status == 200
    await kubelet.cluster.settled()
    assert await builds.names(_JOBS) == []
    assert "ownerReferences" not in pod_of(kubelet)["metadata"]
    assert "deletionTimestamp" not in pod_of(kubelet)["metadata"]


async def test_a_job_deleted_in_the_background_goes_before_its_pod(
    kubelet: Kubelet, builds: Client
) -> None:
    life = await begun(kubelet, "RUNS_FOR_EVER")
    kubelet.clock.advance(2)
    await kubelet.step()
    gone = await builds.delete(_JOBS, "build-a", {"propagationPolicy": "Background"})
    assert gone.body["status"] == "Success"
    await kubelet.cluster.settled()
    assert await builds.names(_JOBS) == []
    assert pod_of(kubelet)["metadata"]["deletionGracePeriodSeconds"] == 30
    await kubelet.finish(life)
    assert await builds.names("pods") == []


async def test_a_job_deleted_in_the_foreground_stays_until_its_pod_is_gone(
    kubelet: Kubelet, builds: Client
) -> None:
    life = await begun(kubelet, "RUNS_FOR_EVER")
    kubelet.clock.advance(2)
    await kubelet.step()
    left = await builds.delete(_JOBS, "build-a", {"propagationPolicy": "Foreground"})
    assert left.body["metadata"]["finalizers"] == ["foregroundDeletion"]
    await kubelet.cluster.settled()
    assert await builds.names(_JOBS) == ["build-a"]
    await kubelet.finish(life)
    await kubelet.cluster.settled()
    assert await builds.names(_JOBS) == []


async def test_a_policy_that_nobody_knows_is_refused(builds: Client) -> None:
    await builds.create(_JOBS, build_job("a"))
    refused = await builds.delete(_JOBS, "a", {"propagationPolicy": "Gently"})
    assert refused.said == (422, "Invalid")


async def test_the_policy_of_a_delete_may_stand_in_the_url(
    cluster: Cluster, builds: Client
) -> None:
    await builds.create(_JOBS, build_job("a"))
    path = builds.path(_JOBS, "a")
    gone = await builds.call("DELETE", path, propagationPolicy="Background")
    assert gone.body["status"] == "Success"
    assert cluster.objects("jobs") == []


async def test_a_pod_that_no_node_has_taken_is_deleted_at_once(
    kubelet: Kubelet, builds: Client
) -> None:
    await begun(kubelet, "UNSCHEDULABLE")
    kubelet.clock.advance(1)
    await kubelet.step()
    name = pod_of(kubelet)["metadata"]["name"]
    gone = await builds.delete("pods", name)
    assert gone.body["kind"] == "Pod"
    assert await builds.names("pods") == []


async def test_a_grace_of_none_is_given_when_it_is_asked_for(
    kubelet: Kubelet, builds: Client
) -> None:
    await begun(kubelet, "RUNS_FOR_EVER")
    kubelet.clock.advance(2)
    await kubelet.step()
    await builds.delete("pods", pod_of(kubelet)["metadata"]["name"], {"gracePeriodSeconds": 0})
    assert await builds.names("pods") == []


async def test_what_lies_in_a_namespace_goes_with_it(cluster: Cluster, builds: Client) -> None:
    cluster.plant(config_map("a", namespace=BUILDS))
    await builds.call("DELETE", f"/api/v1/namespaces/{BUILDS}")
    await cluster.settled()
    assert cluster.objects("configmaps") == []
