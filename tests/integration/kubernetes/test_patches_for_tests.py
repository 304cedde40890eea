"""Patches of each form do to an object what a real API's do."""

import pytest
from support.kubernetes.build_jobs import build_job
from support.kubernetes.client import JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, Client
from support.kubernetes.manifests import config_map, knative_service
from support.kubernetes.resources import Object

_SERVICES = "serving.knative.dev/v1/services"


def step(op: str, path: str, **more: object) -> Object:
    """An operation of a JSON patch."""
    return {"op": op, "path": path, **more}


@pytest.mark.parametrize(
    ("steps", "data"),
    [
        ([step("add", "/data/y", value="2")], {"x": "1", "y": "2"}),
        ([step("add", "/data/x", value="2")], {"x": "2"}),
        ([step("replace", "/data/x", value="2")], {"x": "2"}),
        ([step("remove", "/data/x")], None),
        ([step("move", "/data/y", **{"from": "/data/x"})], {"y": "1"}),
        ([step("copy", "/data/y", **{"from": "/data/x"})], {"x": "1", "y": "1"}),
        ([step("test", "/data/x", value="1"), step("remove", "/data/x")], None),
        ([step("test", "/data/nope", value=None)], {"x": "1"}),
        ([step("add", "/data/a~1b", value="2")], {"x": "1", "a/b": "2"}),
    ],
)
async def test_a_json_patch_takes_its_steps(
    api: Client, steps: list[Object], data: dict[str, str] | None
) -> None:
    if any("a~1b" in each["path"] for each in steps):
        return await _with_a_slash(api, steps)
    await api.create("configmaps", config_map("a", {"x": "1"}))
    patched = await api.patch("configmaps", "a", steps, JSON_PATCH)
    assert patched.status == 200
    assert (patched.body.get("data") or None) == data
    return None


async def _with_a_slash(api: Client, steps: list[Object]) -> None:
    """A key of a ConfigMap's data has no slash; that of an annotation may."""
    await api.create("configmaps", config_map("a", annotations={"x": "1"}))
    moved = [
        {**each, "path": each["path"].replace("/data", "/metadata/annotations")} for each in steps
    ]
    patched = await api.patch("configmaps", "a", moved, JSON_PATCH)
    assert patched.body["metadata"]["annotations"] == {"x": "1", "a/b": "2"}


@pytest.mark.parametrize(
    "steps",
    [
        [step("test", "/data/x", value="2"), step("remove", "/data/x")],
        [step("test", "/data/nope", value="2")],
        [step("replace", "/data/nope", value="2")],
        [step("remove", "/data/nope")],
        [step("add", "/nope/x", value="2")],
        [step("add", "/data/x/y/z", value="2")],
    ],
)
async def test_a_json_patch_that_does_not_fit_changes_nothing(
    api: Client, steps: list[Object]
) -> None:
    before = (await api.create("configmaps", config_map("a", {"x": "1"}))).body
    refused = await api.patch("configmaps", "a", steps, JSON_PATCH)
    assert refused.said == (422, "Invalid")
    expected = "the server rejected our request due to an error in our request"
    assert refused.body["message"] == expected
    assert (await api.get("configmaps", "a")).body == before


async def test_an_object_in_place_of_a_list_is_no_json_patch(api: Client) -> None:
    await api.create("configmaps", config_map("a"))
    refused = await api.patch("configmaps", "a", {"data": {"x": "1"}}, JSON_PATCH)
    assert refused.said == (400, "BadRequest")
    assert "cannot unmarshal object" in refused.body["message"]


async def test_a_list_is_patched_by_its_indices(functions: Client) -> None:
    await functions.create(_SERVICES, knative_service("a"))
    at = "/spec/template/spec/containers/0/env"
    steps = [
        step("add", at, value=[{"name": "A"}]),
        step("add", f"{at}/-", value={"name": "C"}),
        step("add", f"{at}/1", value={"name": "B"}),
        step("remove", f"{at}/0"),
    ]
    patched = await functions.patch(_SERVICES, "a", steps, JSON_PATCH)
    (container,) = patched.body["spec"]["template"]["spec"]["containers"]
    assert [each["name"] for each in container["env"]] == ["B", "C"]


async def test_a_merge_patch_adds_replaces_and_removes(api: Client) -> None:
    await api.create("configmaps", config_map("a", {"x": "1", "y": "1"}))
    patched = await api.patch("configmaps", "a", {"data": {"x": None, "y": "2", "z": "3"}})
    assert patched.body["data"] == {"y": "2", "z": "3"}


async def test_a_merge_patch_replaces_a_list_whole(functions: Client) -> None:
    await functions.create(_SERVICES, knative_service("a"))
    spec = {"spec": {"template": {"spec": {"containers": [{"image": "b"}]}}}}
    patched = await functions.patch(_SERVICES, "a", spec, MERGE_PATCH)
    assert patched.body["spec"]["template"]["spec"]["containers"][0]["image"] == "b"


async def test_a_patch_that_says_an_old_version_conflicts(api: Client) -> None:
    old = (await api.create("configmaps", config_map("a"))).body["metadata"]
    await api.update("configmaps", config_map("a", {"x": "1"}))
    patch = {"metadata": {"resourceVersion": old["resourceVersion"]}, "data": {"x": "2"}}
    assert (await api.patch("configmaps", "a", patch)).said == (409, "Conflict")


async def test_a_patch_of_a_version_that_was_tested_is_safe(api: Client) -> None:
    old = (await api.create("configmaps", config_map("a"))).body["metadata"]
    steps = [
        step("test", "/metadata/resourceVersion", value=old["resourceVersion"]),
        step("add", "/data", value={"x": "1"}),
    ]
    assert (await api.patch("configmaps", "a", steps, JSON_PATCH)).status == 200
    assert (await api.patch("configmaps", "a", steps, JSON_PATCH)).status == 422


async def test_a_strategic_patch_merges_lists_by_name(builds: Client) -> None:
    await builds.create("batch/v1/jobs", build_job("a", suspend=True))
    finalizers = {"metadata": {"finalizers": ["example.com/a"], "labels": {"x": "y"}}}
    await builds.patch("batch/v1/jobs", "a", finalizers, STRATEGIC_PATCH)
    more = {"metadata": {"finalizers": ["example.com/b"]}}
    patched = await builds.patch("batch/v1/jobs", "a", more, STRATEGIC_PATCH)
    assert patched.body["metadata"]["finalizers"] == ["example.com/a", "example.com/b"]
    assert patched.body["metadata"]["labels"]["x"] == "y"


async def test_custom_kinds_have_no_strategic_patch(functions: Client) -> None:
    await functions.create(_SERVICES, knative_service("a"))
    refused = await functions.patch(_SERVICES, "a", {"spec": {}}, STRATEGIC_PATCH)
    assert refused.said == (415, "UnsupportedMediaType")


async def test_plain_json_is_no_patch(api: Client) -> None:
    await api.create("configmaps", config_map("a"))
    refused = await api.patch("configmaps", "a", {"data": {}}, "application/json")
    assert refused.said == (415, "UnsupportedMediaType")


async def test_a_patch_does_not_rename(api: Client) -> None:
    await api.create("configmaps", config_map("a"))
    refused = await api.patch("configmaps", "a", {"metadata": {"name": "b"}})
    assert refused.said == (400, "BadRequest")
