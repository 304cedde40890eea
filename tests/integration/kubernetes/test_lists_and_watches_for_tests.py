"""Lists and watches give what they select, from the version that they are asked for."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from contracts.contract import eventually
from support.kubernetes.client import Client
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.manifests import config_map


async def planted(api: Client) -> None:
    """ConfigMaps a, b and c, of which a and b have the label x, and a and c the label y."""
    for name, labels in (("a", {"x": "1", "y": "1"}), ("b", {"x": "2"}), ("c", {"y": "1"})):
        await api.create("configmaps", config_map(name, labels={**labels, "ours": "1"}))


@pytest.mark.parametrize(
    ("selector", "names"),
    [
        ("x=1", "a"),
        ("x==1", "a"),
        ("x!=1", "bc"),
        ("x in (1, 2)", "ab"),
        ("x notin (1)", "bc"),
        ("x", "ab"),
        ("!x", "c"),
        ("x,y=1", "a"),
        ("x=3", ""),
    ],
)
async def test_labels_select(api: Client, selector: str, names: str) -> None:
    await planted(api)
    assert await api.names("configmaps", labelSelector=f"ours=1,{selector}") == [*names]


async def test_a_selector_that_cannot_be_read_is_refused(api: Client) -> None:
    assert (await api.listed("configmaps", labelSelector="x in 1")).said == (400, "BadRequest")


async def test_the_name_is_a_field_to_select_by(api: Client) -> None:
    await planted(api)
    assert await api.names("configmaps", fieldSelector="metadata.name=b") == ["b"]
    refused = await api.listed("configmaps", fieldSelector="data.x=1")
    assert refused.said == (400, "BadRequest")


async def test_a_list_comes_in_pieces_of_one_version(api: Client) -> None:
    await planted(api)
    first = (await api.listed("configmaps", labelSelector="ours", limit=2)).body
    assert [each["metadata"]["name"] for each in first["items"]] == ["a", "b"]
    assert "kind" not in first["items"][0]
    await api.create("configmaps", config_map("d", labels={"ours": "1"}))
    query = {"labelSelector": "ours", "limit": 2, "continue": first["metadata"]["continue"]}
    second = (await api.listed("configmaps", **query)).body
    assert [each["metadata"]["name"] for each in second["items"]] == ["c"]
    assert "continue" not in second["metadata"]


async def test_a_piece_of_a_forgotten_version_is_refused(cluster: Cluster, builds: Client) -> None:
    await planted(builds)
    first = (await builds.listed("configmaps", limit=1)).body
    await builds.create("configmaps", config_map("d"))
    cluster.compact()
    query = {"limit": 1, "continue": first["metadata"]["continue"]}
    assert (await builds.listed("configmaps", **query)).said == (410, "Expired")


async def test_all_namespaces_are_listed_at_once(cluster: Cluster, builds: Client) -> None:
    cluster.plant(config_map("a", namespace="one"))
    cluster.plant(config_map("a", namespace="two"))
    listed = (await builds.call("GET", "/api/v1/configmaps")).body["items"]
    assert [each["metadata"]["namespace"] for each in listed] == ["one", "two"]


class Watch:
    """What a watch has told."""

    def __init__(self, api: Client, resource: str, **query: object) -> None:
        self.told: list[tuple[str, Any]] = []
        self.task = asyncio.create_task(self._read(api, resource, query))

    async def _read(self, api: Client, resource: str, query: dict[str, object]) -> None:
        params = {
            "watch": "true",
            "timeoutSeconds": "10",
            **{name: str(value) for name, value in query.items()},
        }
        async with api.session.get(api.url + api.path(resource), params=params) as response:
            assert response.status == 200
            async for line in response.content:
                event = json.loads(line)
                self.told.append((event["type"], event["object"]))

    @property
    def names(self) -> list[str]:
        return [f"{kind} {found['metadata'].get('name', '')}".strip() for kind, found in self.told]

    async def tells(self, *names: str) -> None:
        """Wait until it has told just these."""

        async def told() -> bool:
            return self.names == [*names]

        await eventually(told)


@pytest.fixture
async def watches() -> AsyncIterator[list[Watch]]:
    """Those in it end with the test."""
    opened: list[Watch] = []
    yield opened
    for watch in opened:
        watch.task.cancel()
    await asyncio.gather(*[each.task for each in opened], return_exceptions=True)


async def listed_version(api: Client) -> str:
    return str((await api.listed("configmaps")).body["metadata"]["resourceVersion"])


async def test_a_watch_tells_what_happened_since_its_version(
    api: Client, watches: list[Watch]
) -> None:
    await api.create("configmaps", config_map("old"))
    version = await listed_version(api)
    await api.create("configmaps", config_map("a"))
    watches.append(Watch(api, "configmaps", resourceVersion=version))
    await watches[0].tells("ADDED a")
    await api.update("configmaps", config_map("a", {"x": "1"}))
    await api.delete("configmaps", "a")
    await watches[0].tells("ADDED a", "MODIFIED a", "DELETED a")
    versions = [int(found["metadata"]["resourceVersion"]) for _, found in watches[0].told]
    assert versions == sorted(set(versions))


async def test_a_watch_of_no_version_begins_with_what_is_there(
    api: Client, watches: list[Watch]
) -> None:
    await api.create("configmaps", config_map("a", labels={"ours": "1"}))
    watches.append(Watch(api, "configmaps", labelSelector="ours"))
    await watches[0].tells("ADDED a")


async def test_what_no_longer_is_selected_is_told_as_deleted(
    api: Client, watches: list[Watch]
) -> None:
    await api.create("configmaps", config_map("a"))
    version = await listed_version(api)
    watches.append(Watch(api, "configmaps", labelSelector="x", resourceVersion=version))
    await api.patch("configmaps", "a", {"metadata": {"labels": {"x": "1"}}})
    await api.patch("configmaps", "a", {"data": {"y": "1"}})
    await api.patch("configmaps", "a", {"metadata": {"labels": None}})
    await watches[0].tells("ADDED a", "MODIFIED a", "DELETED a")


async def test_a_watch_ends_when_its_time_is_up(api: Client, watches: list[Watch]) -> None:
    version = await listed_version(api)
    watches.append(Watch(api, "configmaps", timeoutSeconds=1, resourceVersion=version))
    await watches[0].task


async def test_a_watch_of_a_forgotten_version_tells_so_in_its_stream(
    cluster: Cluster, builds: Client, watches: list[Watch]
) -> None:
    version = await listed_version(builds)
    await builds.create("configmaps", config_map("a"))
    cluster.compact()
    watches.append(Watch(builds, "configmaps", resourceVersion=version))
    await watches[0].task
    ((kind, status),) = watches[0].told
    assert kind == "ERROR"
    assert (status["code"], status["reason"]) == (410, "Expired")


async def test_a_watch_that_is_cut_ends_cleanly(
    cluster: Cluster, builds: Client, watches: list[Watch]
) -> None:
    cluster.plant(config_map("a", namespace=BUILDS))
    watches.append(Watch(builds, "configmaps"))
    await watches[0].tells("ADDED a")
    cluster.cut_watches()
    await watches[0].task


async def test_bookmarks_come_to_whom_they_are_welcome(
    cluster: Cluster, builds: Client, watches: list[Watch]
) -> None:
    version = await listed_version(builds)
    watches.append(Watch(builds, "configmaps", resourceVersion=version))
    with_them = {"resourceVersion": version, "allowWatchBookmarks": "true"}
    watches.append(Watch(builds, "configmaps", **with_them))
    cluster.plant(config_map("a", namespace=BUILDS))
    for watch in watches:
        await watch.tells("ADDED a")
    cluster.bookmark()
    await watches[1].tells("ADDED a", "BOOKMARK")
    mark = watches[1].told[-1][1]
    assert mark["metadata"]["resourceVersion"] == str(cluster.store.version)
    cluster.plant(config_map("b", namespace=BUILDS))
    await watches[0].tells("ADDED a", "ADDED b")


async def test_a_watch_of_one_name_tells_of_no_other(api: Client, watches: list[Watch]) -> None:
    version = await listed_version(api)
    one = {"fieldSelector": "metadata.name=b", "resourceVersion": version}
    watches.append(Watch(api, "configmaps", **one))
    for name in ("a", "b"):
        await api.create("configmaps", config_map(name))
    await watches[0].tells("ADDED b")
