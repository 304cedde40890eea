"""The settings choose the registry, and how it is spoken to."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest
from support.in_memory import IN_MEMORY
from support.measured import behind
from yarl import URL

from knative_lambda.adapters.ecr.image_registry import EcrImageRegistry
from knative_lambda.adapters.oci.docker_config import DockerConfig
from knative_lambda.adapters.oci.image_registry import OciImageRegistry
from knative_lambda.entrypoints.container import Container
from knative_lambda.entrypoints.registry_addresses import registry_kind
from knative_lambda.settings import Settings, SettingsError

ECR = "123456789012.dkr.ecr.eu-west-3.amazonaws.com"

_PROGRAM = f"""
import sys
from knative_lambda.entrypoints import command_line
from knative_lambda.entrypoints.container import Container
from knative_lambda.settings import Settings
memory = dict.fromkeys(("job_runner", "service_deployer", "context_store"), "memory")
settings = Settings(image_registry="ecr", registry="{ECR}", **memory)
print(type(Container(settings=settings).registry().made).__name__)
print([name for name in sys.modules if name.split(".")[0] in ("aiobotocore", "botocore")])
"""


def oci(**more: Any) -> OciImageRegistry:
    """What is wired for an OCI registry."""
    made = Container(settings=attrs.evolve(IN_MEMORY, image_registry="oci", **more)).registry().made
    assert isinstance(made, OciImageRegistry)
    return made


@pytest.mark.parametrize("registry", [ECR, "registry.test"])
@pytest.mark.parametrize("where", ["local", "memory"])
def test_what_local_builds_and_those_in_memory_make_is_where_they_are(
    where: str, registry: str
) -> None:
    settings = Settings(job_runner=where, service_deployer=where, registry=registry)
    assert registry_kind(settings) == where


@pytest.mark.parametrize(
    ("registry", "kind"), [(f"{ECR}/teams/acme", "ecr"), ("registry.test:5000/functions", "oci")]
)
def test_what_all_others_make_is_where_the_registry_is_by_its_host(
    registry: str, kind: str
) -> None:
    others = Settings(job_runner="others", service_deployer="others", registry=registry)
    assert registry_kind(others) == kind


@pytest.mark.parametrize("kind", ["ecr", "oci", "memory"])
def test_the_adapter_that_is_named_counts(kind: str) -> None:
    named = attrs.evolve(IN_MEMORY, image_registry=kind, registry="registry.test")
    assert registry_kind(named) == kind


@pytest.mark.parametrize("kind", ["ecr", "oci"])
async def test_all_parts_ask_the_same_registry(kind: str) -> None:
    container = Container(settings=attrs.evolve(IN_MEMORY, image_registry=kind, registry=ECR))
    registry = container.registry()
    measured = container.preparation().registry
    assert behind(measured) is registry
    assert container.observation().registry is measured
    assert container.reconciler().registry is measured


def test_a_registry_in_ecr_is_found_by_its_host() -> None:
    settings = attrs.evolve(IN_MEMORY, image_registry="ecr", registry=f"{ECR}/teams/acme")
    made = Container(settings=settings).registry().made
    assert isinstance(made, EcrImageRegistry)
    assert attrs.astuple(made.address) == (ECR, "123456789012", "eu-west-3", "teams/acme")


def test_what_is_not_in_ecr_is_not_taken_for_it() -> None:
    settings = attrs.evolve(IN_MEMORY, image_registry="ecr", registry="registry.test")
    with pytest.raises(SettingsError, match=r"KLB_REGISTRY: 'registry\.test': must be account\."):
        Container(settings=settings).registry()


def test_a_registry_is_spoken_to_encrypted_unless_its_host_is_named(tmp_path: Path) -> None:
    named = ("registry.test:5000", "other.test")
    for registry, origin in (
        ("registry.test:5000/functions", "http://registry.test:5000"),
        ("registry.test/functions", "https://registry.test"),
        ("sub.other.test", "https://sub.other.test"),
    ):
        address = oci(registry=registry, insecure_registries=named).client.address
        assert (address.registry, address.origin) == (registry, URL(origin))
    trusting = oci(registry="registry.test", registry_ca_file=tmp_path / "ca.pem").client
    assert trusting.address.authority == tmp_path / "ca.pem"


@pytest.mark.parametrize(
    ("variables", "file"),
    [({"DOCKER_CONFIG": "/secrets"}, "/secrets/config.json"), ({}, "/home/me/.docker/config.json")],
)
def test_credentials_are_where_docker_has_them(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], file: str
) -> None:
    monkeypatch.delenv("DOCKER_CONFIG", raising=False)
    for name, value in {"HOME": "/home/me", **variables}.items():
        monkeypatch.setenv(name, value)
    credentials = oci(registry="registry.test").client.credentials
    assert credentials == DockerConfig(Path(file), "registry.test")


def test_ecr_costs_nothing_until_it_is_asked() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["EcrImageRegistry", "[]"]
