"""Names and labels that a real API refuses are refused, with the field that is wrong."""

import pytest
from support.kubernetes.build_jobs import build_job
from support.kubernetes.client import Answer, Client
from support.kubernetes.manifests import config_map, knative_service


def refused_for(answer: Answer) -> str:
    """The field that it was refused for."""
    assert answer.said == (422, "Invalid"), answer
    return str(answer.body["details"]["causes"][0]["field"])


@pytest.mark.parametrize("name", ["A", "a_b", "-a", "a-", "a..b", ".a", "a" * 254, "ä", "a b"])
async def test_a_name_must_be_a_subdomain(api: Client, name: str) -> None:
    refused = await api.create("configmaps", config_map(name))
    assert refused_for(refused) == "metadata.name"
    assert f'Invalid value: "{name}"' in refused.body["message"]


@pytest.mark.parametrize("name", ["a", "a.b", "a" * 253, "0-1"])
async def test_a_subdomain_is_a_name(api: Client, name: str) -> None:
    assert (await api.create("configmaps", config_map(name))).status == 201


async def test_a_job_may_have_sixty_three_characters_and_no_more(builds: Client) -> None:
    jobs = "batch/v1/jobs"
    assert (await builds.create(jobs, build_job("a" * 63))).status == 201
    refused = await builds.create(jobs, build_job("a" * 64))
    assert refused.said == (422, "Invalid")
    assert "must be no more than 63" in refused.body["message"]


@pytest.mark.parametrize("name", ["0a", "a.b", "a" * 64])
async def test_a_knative_service_is_named_like_a_host(functions: Client, name: str) -> None:
    made = await functions.create("serving.knative.dev/v1/services", knative_service(name))
    assert made.status in (400, 422)


@pytest.mark.parametrize("value", ["a b", "-a", "a_", "a" * 64, "a/b", "ä"])
async def test_a_label_must_be_plain(api: Client, value: str) -> None:
    refused = await api.create("configmaps", config_map("a", labels={"x": value}))
    assert refused_for(refused) == "metadata.labels"


@pytest.mark.parametrize("value", ["", "a", "A.b_c-d", "a" * 63])
async def test_a_plain_label_is_taken(api: Client, value: str) -> None:
    assert (await api.create("configmaps", config_map("a", labels={"x": value}))).status == 201


@pytest.mark.parametrize("key", ["a b", "/a", "A_B/c", "a/b/c", "a" * 64])
async def test_a_key_of_a_label_must_be_plain(api: Client, key: str) -> None:
    refused = await api.create("configmaps", config_map("a", labels={key: "x"}))
    assert refused_for(refused) == "metadata.labels"


async def test_annotations_have_a_limit_together(api: Client) -> None:
    most = {"x": "y" * (256 * 1024 - 1)}
    assert (await api.create("configmaps", config_map("a", annotations=most))).status == 201
    refused = await api.create("configmaps", config_map("b", annotations={**most, "z": ""}))
    assert refused_for(refused) == "metadata.annotations"


async def test_an_owner_must_be_told_whole(api: Client) -> None:
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "x", "uid": ""}
    refused = await api.create("configmaps", config_map("a", ownerReferences=[owner]))
    assert refused_for(refused) == "metadata.ownerReferences[0].uid"


async def test_a_key_of_a_config_map_must_be_plain(api: Client) -> None:
    refused = await api.create("configmaps", config_map("a", {"a/b": "x"}))
    assert refused_for(refused).startswith("data[a/b]")
