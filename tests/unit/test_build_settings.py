"""What an operator says of builds in a cluster: each variable, and every way to get it wrong."""

from decimal import Decimal

import pytest

from knative_lambda.cluster_variables import amount
from knative_lambda.service_settings import service_from_env
from knative_lambda.settings import Settings, SettingsError, from_env

IN_A_CLUSTER = {
    "KLB_JOB_RUNNER": "kubernetes",
    "KLB_SERVICE_DEPLOYER": "knative",
    "KLB_IMAGE_REGISTRY": "oci",
    "KLB_CONTEXT_STORE": "s3",
    "KLB_CONTEXT_BUCKET": "contexts",
    "KLB_SIDECAR_IMAGE": "registry.test/sidecar:1",
}


def refusal(**variables: str) -> list[str]:
    """The lines of the error for these variables."""
    with pytest.raises(SettingsError) as caught:
        service_from_env(variables)
    return str(caught.value).splitlines()


def test_builds_run_in_a_namespace_of_their_own_with_kaniko_as_it_is_kept_up() -> None:
    settings = from_env(IN_A_CLUSTER)
    assert settings.build_namespace == "knative-lambda-builds"
    assert settings.build_service_account == "build"
    assert settings.kaniko_image == "ghcr.io/osscontainertools/kaniko:v1.28.3"
    named = (settings.build_broker_secret, settings.push_secret, settings.build_ca)
    assert named == ("build-broker", "", "")
    assert (settings.registry_mirrors, settings.insecure_registries) == ((), ())
    assert (settings.build_node_selector, settings.build_tolerations) == ({}, ())
    requests = {"cpu": "500m", "memory": "1Gi", "ephemeral-storage": "4Gi"}
    assert settings.build_requests == requests
    assert settings.build_limits == {"cpu": "2", "memory": "4Gi", "ephemeral-storage": "10Gi"}


def test_each_variable_reaches_its_field() -> None:
    settings = from_env(
        {
            **IN_A_CLUSTER,
            "KLB_BUILD_NAMESPACE": "ours",
            "KLB_BUILD_SERVICE_ACCOUNT": "pusher",
            "KLB_KANIKO_IMAGE": f"kaniko.test/kaniko@sha256:{'a' * 64}",
            "KLB_BUILD_REQUESTS": "memory=2G",
            "KLB_BUILD_LIMITS": " memory = 2Gi , cpu=1.5",
            "KLB_BUILD_NODE_SELECTOR": "kubernetes.io/arch=amd64,pool=",
            "KLB_BUILD_TOLERATIONS": "pool=builds:NoSchedule, spot:NoExecute, any",
            "KLB_PUSH_SECRET": "push",
            "KLB_BUILD_CA": "authorities",
            "KLB_BUILD_BROKER_SECRET": "broker",
            "KLB_REGISTRY_MIRRORS": "mirror.test:5000, mirror.test/docker-hub",
            "KLB_INSECURE_REGISTRIES": "registry.test:5000,mirror.test:5000",
        }
    )
    assert (settings.build_namespace, settings.build_service_account) == ("ours", "pusher")
    assert settings.kaniko_image.startswith("kaniko.test/kaniko@sha256:")
    assert settings.build_requests == {"memory": "2G"}
    assert settings.build_limits == {"memory": "2Gi", "cpu": "1.5"}
    assert settings.build_node_selector == {"kubernetes.io/arch": "amd64", "pool": ""}
    assert settings.build_tolerations == (
        {"key": "pool", "operator": "Equal", "value": "builds", "effect": "NoSchedule"},
        {"key": "spot", "operator": "Exists", "effect": "NoExecute"},
        {"key": "any", "operator": "Exists"},
    )
    named = (settings.build_broker_secret, settings.push_secret, settings.build_ca)
    assert named == ("broker", "push", "authorities")
    assert settings.registry_mirrors == ("mirror.test:5000", "mirror.test/docker-hub")
    assert settings.insecure_registries == ("registry.test:5000", "mirror.test:5000")


@pytest.mark.parametrize(
    ("variable", "text", "rule"),
    [
        ("KLB_BUILD_NAMESPACE", "", "must be 1 to 63 of a-z, 0-9 and -"),
        ("KLB_BUILD_NAMESPACE", "Ours", "must be 1 to 63 of a-z, 0-9 and -"),
        ("KLB_BUILD_SERVICE_ACCOUNT", "-x", "must be 1 to 63 of a-z, 0-9 and -"),
        ("KLB_PUSH_SECRET", "a/b", "must be 1 to 63 of a-z, 0-9 and -"),
        ("KLB_BUILD_CA", "x" * 64, "must be 1 to 63 of a-z, 0-9 and -"),
        ("KLB_BUILD_BROKER_SECRET", "", "must be 1 to 63 of a-z, 0-9 and -"),
        ("KLB_KANIKO_IMAGE", "", "must be an image: registry/repository:tag"),
        ("KLB_KANIKO_IMAGE", "kaniko", "must be an image: registry/repository:tag"),
        ("KLB_SIDECAR_IMAGE", "a b", "must be an image: registry/repository:tag"),
        ("KLB_BUILD_REQUESTS", "memory", "'memory': must be RESOURCE=AMOUNT, such as memory=1Gi"),
        ("KLB_BUILD_REQUESTS", "memory=1GB", "'memory=1GB': must be RESOURCE=AMOUNT"),
        ("KLB_BUILD_REQUESTS", "memory=-1", "'memory=-1': must be RESOURCE=AMOUNT"),
        ("KLB_BUILD_LIMITS", "gpu=1", "'gpu=1': must be RESOURCE=AMOUNT"),
        ("KLB_BUILD_LIMITS", "cpu=1,cpu=2", "cpu: is named twice"),
        ("KLB_BUILD_NODE_SELECTOR", "pool", "'pool': must be LABEL=VALUE"),
        ("KLB_BUILD_NODE_SELECTOR", "a b=c", "'a b=c': must be LABEL=VALUE"),
        ("KLB_BUILD_NODE_SELECTOR", "a=b c", "'a=b c': must be LABEL=VALUE"),
        ("KLB_BUILD_TOLERATIONS", "a=b:Never", "'a=b:Never': must be KEY=VALUE:EFFECT"),
        ("KLB_BUILD_TOLERATIONS", "=b", "'=b': must be KEY=VALUE:EFFECT"),
        ("KLB_BUILD_TOLERATIONS", "a:", "'a:': must be KEY=VALUE:EFFECT"),
        ("KLB_REGISTRY_MIRRORS", "https://m", "'https://m': must be a host, host:port or host"),
        ("KLB_REGISTRY_MIRRORS", "m/Hub", "'m/Hub': must be a host, host:port or host/path"),
    ],
)
def test_what_is_malformed_is_told_with_what_would_be_right(
    variable: str, text: str, rule: str
) -> None:
    (line,) = refusal(**{**IN_A_CLUSTER, variable: text})
    assert line.startswith(f"{variable}: {text!r}: {rule}")


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ({"KLB_SIDECAR_IMAGE": ""}, "KLB_SIDECAR_IMAGE: missing: required for"),
        ({"KLB_CONTEXT_STORE": "directory"}, "KLB_CONTEXT_STORE: must be s3 for"),
        ({"KLB_SERVICE_DEPLOYER": "memory"}, "KLB_SERVICE_DEPLOYER: must be knative for"),
        ({"KLB_EVENT_PUBLISHER": "memory"}, "KLB_EVENT_PUBLISHER: must be rabbitmq or http for"),
    ],
)
def test_what_builds_in_a_cluster_cannot_do_without_is_required(
    wrong: dict[str, str], line: str
) -> None:
    (told,) = refusal(**{**IN_A_CLUSTER, **wrong})
    assert told.startswith(f"{line} KLB_JOB_RUNNER=kubernetes")


def test_elsewhere_nothing_of_it_is_required() -> None:
    assert Settings().sidecar_image == ""


def test_a_build_is_sure_to_get_no_more_than_it_may() -> None:
    wrong = {"KLB_BUILD_REQUESTS": "cpu=3,memory=5G", "KLB_BUILD_LIMITS": "cpu=2500m,memory=5Gi"}
    assert refusal(**{**IN_A_CLUSTER, **wrong}) == [
        "KLB_BUILD_REQUESTS: cpu=3: must be at most the 2500m in KLB_BUILD_LIMITS"
    ]
    free = {"KLB_BUILD_REQUESTS": "memory=9Ti", "KLB_BUILD_LIMITS": "cpu=1"}
    assert from_env({**IN_A_CLUSTER, **free}).build_limits == {"cpu": "1"}


@pytest.mark.parametrize(
    ("text", "much"),
    [("1", "1"), ("1.5", "1.5"), ("500m", "0.5"), ("2k", "2000"), ("1Ki", "1024")],
)
def test_an_amount_is_a_number_and_its_unit(text: str, much: str) -> None:
    assert amount(text) == Decimal(much)
    assert amount("1Gi") > amount("1G") > amount("1Mi") > amount("1M")
