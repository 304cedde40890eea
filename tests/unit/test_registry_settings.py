"""Which registries the variables may name, and which go with which builds."""

import pytest

from knative_lambda.domain.strategy import Strategy
from knative_lambda.service_settings import service_from_env
from knative_lambda.settings import Settings, SettingsError, from_env

IN_MEMORY = {
    "KLB_CONTEXT_STORE": "memory",
    "KLB_JOB_RUNNER": "memory",
    "KLB_SERVICE_DEPLOYER": "memory",
}


LOCAL = dict.fromkeys(("KLB_JOB_RUNNER", "KLB_SERVICE_DEPLOYER"), "local")
LOCAL["KLB_CONTEXT_STORE"] = "directory"


def refusal(**variables: str) -> list[str]:
    """The lines of the error for these variables."""
    with pytest.raises(SettingsError) as caught:
        service_from_env({**LOCAL, **variables})
    return str(caught.value).splitlines()


@pytest.mark.parametrize("registry", ["ecr", "oci", "memory"])
def test_what_is_built_on_this_machine_stays_there(registry: str) -> None:
    assert refusal(KLB_IMAGE_REGISTRY=registry) == [
        "KLB_IMAGE_REGISTRY: must be local for KLB_JOB_RUNNER=local"
    ]


@pytest.mark.parametrize("registry", ["auto", "memory", "oci", "ecr"])
def test_builds_in_memory_go_with_every_registry_that_others_can_push_to(registry: str) -> None:
    assert from_env({**IN_MEMORY, "KLB_IMAGE_REGISTRY": registry}).image_registry == registry


def test_the_registry_of_this_machine_is_for_its_builds_alone() -> None:
    assert refusal(**{**IN_MEMORY, "KLB_IMAGE_REGISTRY": "local"}) == [
        "KLB_IMAGE_REGISTRY: local is for KLB_JOB_RUNNER=local: no other can push there"
    ]


@pytest.mark.parametrize("name", ["KLB_REGISTRY", "KLB_PULL_REGISTRY"])
def test_a_registry_is_a_host_and_perhaps_a_path(name: str) -> None:
    for text in ("registry.test", "localhost:5000", "registry.test:443/teams/acme"):
        assert getattr(from_env({name: text}), name.removeprefix("KLB_").lower()) == text
    for text in ("https://r.test", "r.test/", "r.test/A", "u:p@r.test", "r.test:99999", "r:0x1"):
        (line,) = refusal(**{name: text})
        assert line.startswith(f"{name}: {text!r}: must be a host, with a port and a path")


def test_only_the_registry_that_nodes_pull_from_may_be_left_out() -> None:
    assert from_env({"KLB_PULL_REGISTRY": ""}).pulled_from == "localhost:5000"
    (line,) = refusal(KLB_REGISTRY="")
    assert line.startswith("KLB_REGISTRY: '': must be a host")


def test_registries_without_encryption_are_named_by_their_hosts() -> None:
    told = from_env({"KLB_INSECURE_REGISTRIES": "registry.test, registry.test:5000,"})
    assert told.insecure_registries == ("registry.test", "registry.test:5000")
    assert Settings().insecure_registries == ()


@pytest.mark.parametrize("text", ["http://r.test", "r.test/functions", "*", "r.test;r2.test"])
def test_nothing_else_names_a_registry_without_encryption(text: str) -> None:
    (line,) = refusal(KLB_INSECURE_REGISTRIES=f"good.test,{text}")
    assert line.startswith(f"KLB_INSECURE_REGISTRIES: 'good.test,{text}': must be hosts, each")


def test_how_images_are_made_is_one_of_three_and_auto_unless_told() -> None:
    assert Settings().build_strategy is Strategy.AUTO
    assert from_env({"KLB_BUILD_STRATEGY": "append"}).build_strategy is Strategy.APPEND
    assert refusal(KLB_BUILD_STRATEGY="instant") == [
        "KLB_BUILD_STRATEGY: 'instant': must be one of: auto, append, kaniko"
    ]
