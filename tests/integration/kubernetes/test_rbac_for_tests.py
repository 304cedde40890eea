"""A ServiceAccount may do what its roles say, and is told what it may not."""

from collections.abc import Mapping

import aiohttp
import pytest
from support.kubernetes.client import Client
from support.kubernetes.cluster import BUILDS, FUNCTIONS, Cluster
from support.kubernetes.kubelet import Kubelet
from support.kubernetes.manifests import config_map, role, rule
from support.kubernetes.played import begun, job_of

_OWN = {"fieldSelector": "metadata.name=own"}


async def said(
    cluster: Cluster, session: aiohttp.ClientSession, path: str, query: Mapping[str, str]
) -> int:
    """What `sidecar` is answered for a GET in the builds' namespace."""
    headers = {"Authorization": f"Bearer {cluster.token(BUILDS, 'sidecar')}"}
    url = f"{cluster.url}/api/v1/namespaces/{BUILDS}/pods{path}"
    async with session.get(url, headers=headers, params=query) as response:
        return response.status


# Each row: the rule's verbs, whether it names the pod, and what is said to a get of the own pod,
# of another, a list, a list of the own name, a watch of the own name, and a watch.
@pytest.mark.parametrize(
    ("verbs", "named", "statuses"),
    [
        ("get", False, [200, 404, 403, 403, 403, 403]),
        ("get", True, [200, 403, 403, 403, 403, 403]),
        ("get watch", True, [200, 403, 403, 403, 200, 403]),
        ("get list watch", True, [200, 403, 403, 200, 200, 403]),
        ("get list watch", False, [200, 404, 200, 200, 200, 200]),
    ],
)
async def test_a_name_in_a_rule_covers_lists_of_just_that_name(
    cluster: Cluster,
    session: aiohttp.ClientSession,
    verbs: str,
    named: bool,  # noqa: FBT001 - a column of the table
    statuses: list[int],
) -> None:
    spec = {"containers": [{"name": "a", "image": "a"}]}
    metadata = {"name": "own", "namespace": BUILDS}
    cluster.plant({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    names = ("own",) if named else ()
    cluster.allow(role(BUILDS, "sidecar", rule("pods", verbs, names=names)))
    watching = {"watch": "true", "timeoutSeconds": "0.1"}
    asked: list[tuple[str, Mapping[str, str]]] = [
        ("/own", {}),
        ("/other", {}),
        ("", {}),
        ("", _OWN),
        ("", {**watching, **_OWN}),
        ("", watching),
    ]
    answers = [await said(cluster, session, path, query) for path, query in asked]
    assert answers == statuses


async def test_a_log_is_a_resource_of_its_own(
    cluster: Cluster, session: aiohttp.ClientSession
) -> None:
    cluster.allow(role(BUILDS, "sidecar", rule("pods", "get")))
    assert await said(cluster, session, "/own/log", {}) == 403
    cluster.allow(role(BUILDS, "sidecar", rule("pods pods/log", "get")))
    assert await said(cluster, session, "/own/log", {}) == 404


def client_of(cluster: Cluster, session: aiohttp.ClientSession, namespace: str) -> Client:
    """A client in that namespace; who it is, the session's headers say."""
    return Client(session, cluster.url, namespace)


async def test_what_is_forbidden_is_said_with_who_and_what_and_where(cluster: Cluster) -> None:
    cluster.allow(role(BUILDS, "builder"))
    headers = {"Authorization": f"Bearer {cluster.token(BUILDS, 'builder')}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        client = client_of(cluster, session, BUILDS)
        refused = await client.get("batch/v1/jobs", "a")
        listed = await client.call("GET", "/api/v1/configmaps")
    assert refused.said == (403, "Forbidden")
    assert refused.body["message"] == (
        'jobs.batch "a" is forbidden: User'
        f' "system:serviceaccount:{BUILDS}:builder" cannot get resource "jobs" in API group'
        f' "batch" in the namespace "{BUILDS}"'
    )
    assert listed.body["message"].startswith("configmaps is forbidden: ")
    assert listed.body["message"].endswith('in API group "" at the cluster scope')
    assert cluster.calls[0].status == 403


async def test_a_role_ends_at_its_namespace(cluster: Cluster) -> None:
    cluster.allow(role(BUILDS, "builder", rule("configmaps", "create get")))
    headers = {"Authorization": f"Bearer {cluster.token(BUILDS, 'builder')}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        here = await client_of(cluster, session, BUILDS).create("configmaps", config_map("a"))
        there = await client_of(cluster, session, FUNCTIONS).create("configmaps", config_map("a"))
    assert (here.status, there.status) == (201, 403)
    assert cluster.calls[0].user == f"system:serviceaccount:{BUILDS}:builder"


async def test_a_name_in_a_rule_covers_no_creation(cluster: Cluster) -> None:
    cluster.allow(role(BUILDS, "builder", rule("configmaps", "create update", names=("a",))))
    headers = {"Authorization": f"Bearer {cluster.token(BUILDS, 'builder')}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        client = client_of(cluster, session, BUILDS)
        assert (await client.create("configmaps", config_map("a"))).status == 403
        assert (await client.update("configmaps", config_map("a"))).status == 404


async def test_an_apply_that_creates_needs_both_verbs(cluster: Cluster) -> None:
    cluster.allow(role(BUILDS, "builder", rule("configmaps", "patch")))
    headers = {"Authorization": f"Bearer {cluster.token(BUILDS, 'builder')}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        client = client_of(cluster, session, BUILDS)
        assert (await client.apply("configmaps", config_map("a"))).status == 403
        cluster.allow(role(BUILDS, "builder", rule("configmaps", "patch create")))
        assert (await client.apply("configmaps", config_map("a"))).status == 201


async def test_nobody_is_anonymous_and_a_wrong_token_nobodys(
    cluster: Cluster, builds: Client
) -> None:
    cluster.allow([])
    assert (await builds.listed("pods")).said == (403, "Forbidden")
    headers = {"Authorization": f"Bearer {cluster.token(BUILDS, 'nobody')}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        refused = await client_of(cluster, session, BUILDS).listed("pods")
    assert refused.said == (401, "Unauthorized")


async def test_without_roles_everybody_may_do_everything(builds: Client) -> None:
    assert (await builds.listed("pods")).status == 200


@pytest.mark.parametrize(("verb", "allowed"), [("create", True), ("delete", False)])
async def test_a_user_may_ask_what_it_may_do(
    cluster: Cluster,
    verb: str,
    allowed: bool,  # noqa: FBT001 - a column of the table
) -> None:
    cluster.allow(role(BUILDS, "builder", rule("jobs", "create", group="batch")))
    attributes = {"namespace": BUILDS, "group": "batch", "resource": "jobs", "verb": verb}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    headers = {"Authorization": f"Bearer {cluster.token(BUILDS, 'builder')}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        answer = await client_of(cluster, session, BUILDS).call("POST", path, review)
    assert answer.status == 201
    assert answer.body["status"]["allowed"] is allowed


async def test_a_pod_whose_account_is_missing_is_never_made(kubelet: Kubelet) -> None:
    kubelet.cluster.allow([])
    await kubelet.finish(await begun(kubelet, "SUCCESS"))
    (event,) = kubelet.cluster.objects("events", BUILDS)
    assert "error looking up service account" in event["message"]
    assert kubelet.cluster.objects("pods") == []
    assert job_of(kubelet)["status"]["conditions"][-1]["reason"] == "DeadlineExceeded"


async def test_a_cluster_role_that_a_binding_names_ends_at_its_namespace_too(
    cluster: Cluster,
) -> None:
    account, _, binding = role(BUILDS, "builder")
    everything = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "all"},
        "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}],
    }
    binding["roleRef"] = {**binding["roleRef"], "kind": "ClusterRole", "name": "all"}
    cluster.allow([account, everything, binding])
    headers = {"Authorization": f"Bearer {cluster.token(BUILDS, 'builder')}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        here = await client_of(cluster, session, BUILDS).listed("secrets")
        there = await client_of(cluster, session, FUNCTIONS).listed("secrets")
    assert (here.status, there.status) == (200, 403)
