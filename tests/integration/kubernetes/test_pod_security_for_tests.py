"""A namespace with a level of Pod Security takes no pod that breaks it."""

import pytest
from support.kubernetes.client import Client
from support.kubernetes.cluster import BUILDS
from support.kubernetes.kubelet import Kubelet
from support.kubernetes.played import begun
from support.kubernetes.resources import Object


@pytest.mark.parametrize(
    ("level", "taken"), [("privileged", True), ("baseline", True), ("restricted", False)]
)
async def test_a_namespace_takes_pods_by_its_level(
    kubelet: Kubelet,
    builds: Client,
    level: str,
    taken: bool,  # noqa: FBT001 - a column of the table
) -> None:
    labels = {"pod-security.kubernetes.io/enforce": level}
    namespace = {"apiVersion": "v1", "kind": "Namespace"}
    kubelet.cluster.plant({**namespace, "metadata": {"name": BUILDS, "labels": labels}})
    pod = {"name": "a"}
    spec = {"containers": [{"name": "a", "image": "a"}]}
    made = await builds.create(
        "pods", {"apiVersion": "v1", "kind": "Pod", "metadata": pod, "spec": spec}
    )
    assert made.status == (201 if taken else 403)
    kubelet.cluster.remove("pods", BUILDS, "a") if taken else None
    await kubelet.finish(await begun(kubelet, "SUCCESS"))
    assert bool(kubelet.cluster.objects("pods", BUILDS)) is taken
    events = kubelet.cluster.objects("events", BUILDS)
    assert [each["reason"] for each in events] == ([] if taken else ["FailedCreate"])


async def test_a_restricted_namespace_says_all_that_is_missing(
    kubelet: Kubelet, builds: Client
) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    metadata = {"name": BUILDS, "labels": labels}
    kubelet.cluster.plant({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
    spec: Object = {"containers": [{"name": "a", "image": "a"}]}
    body: Object = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec}
    refused = await builds.create("pods", body)
    for words in ("allowPrivilegeEscalation", "capabilities", "runAsNonRoot", "seccompProfile"):
        assert words in refused.body["message"]
    spec["containers"][0]["securityContext"] = {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert (await builds.create("pods", body)).status == 201


@pytest.mark.parametrize(
    "broken",
    [
        {"hostNetwork": True},
        {"volumes": [{"name": "a", "hostPath": {"path": "/"}}]},
        {"containers": [{"name": "a", "image": "a", "securityContext": {"privileged": True}}]},
        {
            "containers": [
                {
                    "name": "a",
                    "image": "a",
                    "securityContext": {"capabilities": {"add": ["SYS_ADMIN"]}},
                }
            ]
        },
    ],
)
async def test_a_baseline_namespace_refuses_the_worst(
    kubelet: Kubelet, builds: Client, broken: Object
) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "baseline"}
    metadata = {"name": BUILDS, "labels": labels}
    kubelet.cluster.plant({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
    spec = {"containers": [{"name": "a", "image": "a"}], **broken}
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec}
    refused = await builds.create("pods", body)
    assert refused.said == (403, "Forbidden")
    assert 'violates PodSecurity "baseline:latest"' in refused.body["message"]
