"""The client finds the API, shows who it is, waits for no answer for ever, and says what came."""

import asyncio
import json
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from support.answering import answering
from support.kubernetes.client import MERGE_PATCH
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.faults import Loss
from support.kubernetes_access import kubeconfig

from knative_lambda.adapters.kubernetes import connection
from knative_lambda.adapters.kubernetes.api import JSON_PATCH, Refusal
from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.adapters.kubernetes.sdk import Configuration
from knative_lambda.domain.errors import SetupError, TransientError

MAPS = f"/api/v1/namespaces/{BUILDS}/configmaps"


def config_map(name: str, **data: str) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "labels": {"app": "x"}},
        "data": data,
    }


@asynccontextmanager
async def connected() -> AsyncIterator[KubernetesClient]:
    client = KubernetesClient()
    try:
        yield client
    finally:
        await client.close()


async def test_each_method_does_what_it_says(client: KubernetesClient, cluster: Cluster) -> None:
    made = await client.call("POST", MAPS, config_map("a", x="1"))
    assert cluster.object("configmaps", BUILDS, "a") == made
    await client.call("PUT", f"{MAPS}/a", {**made, "data": {"x": "2"}})
    patch = [{"op": "test", "path": "/data/x", "value": "2"}]
    patch.append({"op": "replace", "path": "/data/x", "value": "3"})
    await client.call("PATCH", f"{MAPS}/a", patch, content_type=JSON_PATCH)
    await client.call("PATCH", f"{MAPS}/a", {"data": {"y": "ä"}}, content_type=MERGE_PATCH)
    assert (await client.call("GET", f"{MAPS}/a"))["data"] == {"x": "3", "y": "ä"}
    await client.call("POST", MAPS, config_map("b"))
    for selector, found in (("app=x,app!=y", ["a", "b"]), ("app in (y,z)", [])):
        listed = await client.call("GET", MAPS, query=[("labelSelector", selector)])
        assert [item["metadata"]["name"] for item in listed["items"]] == found
    await client.call("DELETE", f"{MAPS}/a", {"kind": "DeleteOptions", "apiVersion": "v1"})
    await client.call("DELETE", f"{MAPS}/b")
    assert cluster.objects("configmaps", BUILDS) == []


async def test_a_netrc_says_nothing_of_who_we_are(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = {"token": cluster.token(BUILDS, "me")}
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path, cluster.url, user)))
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login other password other\n", "ascii")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    async with connected() as client:
        assert (await client.call("GET", MAPS))["items"] == []


async def test_a_proxy_of_the_environment_is_gone_through(
    client: KubernetesClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")  # where nobody listens
    with pytest.raises(TransientError):
        await client.call("GET", MAPS)


async def test_a_refusal_is_what_the_api_said(client: KubernetesClient) -> None:
    with pytest.raises(Refusal) as caught:
        await client.call("GET", f"{MAPS}/none")
    told = (caught.value.status, caught.value.reason, caught.value.message)
    assert told == (404, "NotFound", 'configmaps "none" not found')


async def test_a_lost_connection_may_come_back(client: KubernetesClient, cluster: Cluster) -> None:
    cluster.faults.add(Loss.BEFORE, verb="create", times=1)
    with pytest.raises(TransientError, match=r"^the Kubernetes API cannot be reached: \w+$"):
        await client.call("POST", MAPS, config_map("a"))
    await client.call("POST", MAPS, config_map("a"))


async def test_no_answer_is_waited_for_for_ever(
    client: KubernetesClient, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connection._TIMEOUT.total is not None
    monkeypatch.setattr(connection, "_TIMEOUT", aiohttp.ClientTimeout(total=0.05))
    cluster.faults.add(Loss.HANG, verb="get")
    with pytest.raises(TransientError, match="no answer in time"):
        await client.call("GET", f"{MAPS}/a")


async def test_nobody_at_the_address_may_be_there_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path, "http://127.0.0.1:1")))
    async with connected() as client:
        with pytest.raises(TransientError, match="cannot be reached: ClientConnectorError"):
            await client.call("GET", MAPS)


@pytest.mark.parametrize("body", [b"<html>sign in</html>", b"[]", b"\xff"])
async def test_what_is_no_api_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=body)

    async with answering(answer) as url, connected() as client:
        monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path, url)))
        with pytest.raises(SetupError, match="does not answer in JSON objects"):
            await client.call("GET", MAPS)


async def test_credentials_of_a_program_are_got_again_when_they_have_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        shown.append(request.headers["Authorization"])
        fresh = shown[-1] == "Bearer token-2"
        return web.json_response({}) if fresh else web.Response(status=401, body=b"{}")

    given = tmp_path / "given"
    program = tmp_path / "credentials"
    program.write_text(
        f"#!/bin/sh\necho x >> {given}\nn=$(wc -l < {given} | tr -d ' ')\n"
        'echo "{\\"apiVersion\\": \\"client.authentication.k8s.io/v1\\", '
        '\\"kind\\": \\"ExecCredential\\", \\"status\\": {\\"token\\": \\"token-$n\\"}}"\n',
        "utf-8",
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    plugin = {"command": str(program), "apiVersion": "client.authentication.k8s.io/v1"}
    async with answering(answer) as url, connected() as client:
        monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path, url, {"exec": plugin})))
        assert await client.call("GET", MAPS) == {}
        assert await client.call("GET", MAPS) == {}
    assert shown == ["Bearer token-1", "Bearer token-2", "Bearer token-2"]


async def test_credentials_that_nobody_takes_are_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=401, body=b"{}")

    async with answering(answer) as url, connected() as client:
        monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path, url, {"token": "hunter2"})))
        with pytest.raises(Refusal) as caught:
            await client.call("GET", MAPS)
    assert caught.value.status == 401


async def test_without_a_cluster_it_says_how_to_name_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    async with connected() as client:
        with pytest.raises(SetupError, match="let KUBECONFIG name a file"):
            await client.call("GET", MAPS)


@pytest.mark.parametrize("text", ["", "[]", "no: config", "users: [{name: a, token: hunter2}", "%"])
async def test_a_broken_kubeconfig_is_told_and_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    (tmp_path / "config").write_text(text, "utf-8")
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    async with connected() as client:
        with pytest.raises(SetupError, match="see that kubectl works with it") as caught:
            await client.call("GET", MAPS)
    assert "hunter2" not in str(caught.value)


async def test_in_a_pod_it_is_the_pods_service_account(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_in_a_pod(client_configuration: Configuration) -> None:
        client_configuration.host = cluster.url

    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setattr(connection, "load_incluster_config", as_in_a_pod)
    async with connected() as client:
        await client.call("POST", MAPS, config_map("a"))
    assert len(cluster.objects("configmaps", BUILDS)) == 1


async def test_a_pod_without_a_token_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    async with connected() as client:
        with pytest.raises(SetupError, match="the ServiceAccount of this pod, cannot be used"):
            await client.call("GET", MAPS)


async def test_after_closing_another_call_connects_anew(client: KubernetesClient) -> None:
    await client.call("POST", MAPS, config_map("a"))
    await client.close()
    await client.close()
    assert (await client.call("GET", f"{MAPS}/a"))["metadata"]["name"] == "a"


async def test_many_first_calls_open_one_connection(
    client: KubernetesClient, cluster: Cluster
) -> None:
    names = [f"m{number}" for number in range(8)]
    await asyncio.gather(*(client.call("POST", MAPS, config_map(name)) for name in names))
    assert [found["metadata"]["name"] for found in cluster.objects("configmaps", BUILDS)] == names


_PROGRAM = """
import sys
from knative_lambda.adapters.kubernetes.client import KubernetesClient, _sdk
KubernetesClient()
mine = lambda: [name for name in sys.modules if name.split(".")[0] == "kubernetes_asyncio"]
before = mine()
_sdk()
after = mine()
import kubernetes_asyncio.client
print([before, len(after) < 20, kubernetes_asyncio.client.V1Pod.__name__])
"""


def test_the_sdk_is_imported_by_the_first_call_and_without_its_models() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout.replace("'", '"').replace("True", "true")) == [[], True, "V1Pod"]
