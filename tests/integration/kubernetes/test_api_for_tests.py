"""The tests' Kubernetes API keeps, gives and refuses objects as a real one."""

import aiohttp
from support.kubernetes.cluster import BUILDS, Cluster
from support.world import Clock


async def test_what_was_made_is_there_with_a_uid_and_a_version() -> None:
    async with Cluster.started(clock=Clock()) as cluster, aiohttp.ClientSession() as client:
        url = f"{cluster.url}/api/v1/namespaces/{BUILDS}/configmaps"
        body = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "a"},
            "data": {"x": "1"},
        }
        made = await client.post(url, json=body)
        assert made.status == 201
        found = await (await client.get(f"{url}/a")).json()
        assert found == await made.json()
        assert found["metadata"]["uid"]
        again = await client.post(url, json=body)
        assert again.status == 409
        assert (await again.json())["reason"] == "AlreadyExists"
        stale = {**found, "metadata": {**found["metadata"], "resourceVersion": "1"}}
        assert (await client.put(f"{url}/a", json=stale)).status == 409
        patch = [{"op": "test", "path": "/data/x", "value": "2"}]
        headers = {"Content-Type": "application/json-patch+json"}
        assert (await client.patch(f"{url}/a", json=patch, headers=headers)).status == 422
        listed = await (await client.get(url)).json()
        assert [each["metadata"]["name"] for each in listed["items"]] == ["a"]
        gone = await client.delete(f"{url}/a")
        assert gone.status == 200
        assert (await client.get(f"{url}/a")).status == 404
