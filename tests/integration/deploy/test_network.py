"""Whom tenants' code can reach: the policies are read as a cluster enforces them."""

import ipaddress
from collections.abc import Iterator
from typing import Any

import pytest
from support.installation import BUILDS, FUNCTIONS, Key, by_key, of_kind, selects
from support.jobs import SETTINGS, spec_of

from knative_lambda.adapters.kubernetes.job_manifest import manifest
from knative_lambda.domain.ids import FunctionId

JOB = manifest(spec_of(FunctionId("acme", "orders"), "a" * 32), SETTINGS)
BUILD = JOB["spec"]["template"]["metadata"]["labels"]
# As Knative labels all pods of its Services.
FUNCTION = {"serving.knative.dev/service": "lambda-acme-orders"}
WHOSE = [(BUILDS, BUILD), (FUNCTIONS, FUNCTION)]
METADATA = [
    "169.254.169.254",  # most clouds
    "169.254.170.2",  # tasks on AWS
    "169.254.170.23",  # identities of pods on AWS
    "fd00:ec2::254",
    "fd00:ec2::23",
    "fe80::a9fe:a9fe",
    "100.100.100.200",  # Alibaba
    "168.63.129.16",  # Azure
    "192.0.0.192",  # Oracle
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
]
PRIVATE = ["10.0.0.1", "172.20.0.1", "192.168.1.1", "100.64.0.1", "127.0.0.1", "fd12::1", "::1"]
PUBLIC = ["1.1.1.1", "52.95.110.1", "2600:1f13::1"]


def rules(overlay: str, namespace: str, labels: dict[str, str]) -> Iterator[Any]:
    """What the policies of a pod with those *labels* allow it to reach."""
    for policy in of_kind(overlay, "NetworkPolicy"):
        spec = policy["spec"]
        own = policy["metadata"]["namespace"] == namespace and selects(spec["podSelector"], labels)
        if own and "Egress" in spec["policyTypes"]:
            yield from spec.get("egress", [])


def reaches(overlay: str, whose: tuple[str, dict[str, str]], address: str, port: int) -> bool:
    found = list(rules(overlay, *whose))
    assert found, "no policy is about it, so everything is allowed"
    return any(
        within(peer["ipBlock"], ipaddress.ip_address(address))
        for rule in found
        if "ports" not in rule or port in [each["port"] for each in rule["ports"]]
        for peer in rule["to"]
        if "ipBlock" in peer
    )


def within(block: Any, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    left_out = (ipaddress.ip_network(each) for each in block.get("except", []))
    return address in ipaddress.ip_network(block["cidr"]) and not any(
        address in each for each in left_out
    )


@pytest.mark.parametrize("whose", WHOSE, ids=["build", "function"])
@pytest.mark.parametrize("address", METADATA)
def test_no_metadata_service_of_a_cloud_is_reached(
    overlay: str, whose: tuple[str, dict[str, str]], address: str
) -> None:
    assert not any(reaches(overlay, whose, address, port) for port in (80, 443, 6443))


@pytest.mark.parametrize("whose", WHOSE, ids=["build", "function"])
@pytest.mark.parametrize("address", PRIVATE)
def test_no_pod_is_reached_by_its_address(
    overlay: str, whose: tuple[str, dict[str, str]], address: str
) -> None:
    assert not any(reaches(overlay, whose, address, port) for port in (80, 443, 5672, 8080, 10250))


@pytest.mark.parametrize("whose", WHOSE, ids=["build", "function"])
@pytest.mark.parametrize("address", PUBLIC)
def test_the_internet_is_reached(
    overlay: str, whose: tuple[str, dict[str, str]], address: str
) -> None:
    assert reaches(overlay, whose, address, 443)


def test_a_build_reaches_the_kubernetes_api_and_a_function_does_not(overlay: str) -> None:
    build, function = WHOSE

    assert reaches(overlay, build, "10.96.0.1", 6443)
    assert not reaches(overlay, function, "10.96.0.1", 6443)


@pytest.mark.parametrize("whose", WHOSE, ids=["build", "function"])
def test_names_are_looked_up(overlay: str, whose: tuple[str, dict[str, str]]) -> None:
    dns = [rule for rule in rules(overlay, *whose) if "podSelector" in rule["to"][0]]

    assert [(each["protocol"], each["port"]) for each in dns[0]["ports"]] == [
        ("UDP", 53),
        ("TCP", 53),
    ]
    assert dns[0]["to"] == [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ]


@pytest.mark.parametrize("whose", WHOSE, ids=["build", "function"])
def test_of_namespaces_only_those_are_reached_that_are_labelled_for_it(
    overlay: str, whose: tuple[str, dict[str, str]]
) -> None:
    chosen = [
        peer["namespaceSelector"]["matchLabels"]
        for rule in rules(overlay, *whose)
        for peer in rule["to"]
        if "namespaceSelector" in peer and "podSelector" not in peer
    ]
    for_whom = "builds" if whose[0] == BUILDS else "functions"
    assert chosen == [{f"build.notifi.network/reachable-from-{for_whom}": "true"}]


def test_nobody_reaches_a_build(overlay: str) -> None:
    policy = by_key(overlay)[Key("NetworkPolicy", BUILDS, "builds")]["spec"]

    assert selects(policy["podSelector"], BUILD)
    assert "Ingress" in policy["policyTypes"]
    assert "ingress" not in policy


def test_the_adapters_of_knative_reach_whom_they_need(overlay: str) -> None:
    adapter = {"eventing.knative.dev/source": "apiserver-source-controller"}

    assert list(rules(overlay, BUILDS, adapter)) == []
