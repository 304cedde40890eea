"""The settings choose what puts images together, and where it finds what they stand on."""

from pathlib import Path
from typing import Any

import attrs
import pytest
from support.in_memory import IN_MEMORY
from support.measured import behind
from yarl import URL

from knative_lambda.adapters.assembling.assembler import OciImageAssembler
from knative_lambda.adapters.assembling.base_name import BaseName
from knative_lambda.adapters.ecr.credential import EcrCredential
from knative_lambda.adapters.local.image_assembler import NoImageAssembler
from knative_lambda.adapters.memory.image_assembler import MemoryImageAssembler
from knative_lambda.adapters.oci.docker_config import DockerConfig
from knative_lambda.adapters.oci.repository import Repository
from knative_lambda.adapters.wrapped import Wrapped
from knative_lambda.entrypoints.connections import connections
from knative_lambda.entrypoints.container import Container

ECR = "123456789012.dkr.ecr.eu-west-3.amazonaws.com"


def assembler(**more: Any) -> OciImageAssembler:
    """What is wired for a registry."""
    made = Container(settings=attrs.evolve(IN_MEMORY, **more)).assembler().made
    assert isinstance(made, OciImageAssembler)
    return made


def origins(made: OciImageAssembler, image: str) -> list[Repository]:
    """Where the base *image* is looked for."""
    return list(made.bases.origins(BaseName.parse(image)))


def test_without_a_registry_it_is_where_images_are() -> None:
    container = Container(settings=IN_MEMORY)
    made = container.assembler()
    assert isinstance(made, MemoryImageAssembler)
    assert made.registry is container.registry()
    assert made.bases == frozenset()
    local = attrs.evolve(IN_MEMORY, image_registry="local")
    assert isinstance(Container(settings=local).assembler(), NoImageAssembler)


def test_a_registry_is_pushed_to_with_the_credential_that_it_is_asked_by() -> None:
    made = assembler(image_registry="oci", registry="registry.test/functions")
    repository = made.repository("functions/lambda/acme-hello")
    assert repository.client.address.origin == URL("https://registry.test")
    assert isinstance(repository.client.credentials, DockerConfig)
    assert repository.client.credentials.registry == "registry.test/functions"


def test_ecr_is_pushed_to_with_a_token() -> None:
    settings = attrs.evolve(IN_MEMORY, image_registry="ecr", registry=f"{ECR}/teams")
    container = Container(settings=settings)
    made = container.assembler().made
    credentials = made.repository("teams/lambda/acme-hello").client.credentials
    assert isinstance(credentials, EcrCredential)
    assert credentials.client.__self__ is container.registry().made  # type: ignore[attr-defined] # a bound method
    assert made.bases.copies.registry is container.registry()
    assert made.bases.copies.repository.client.address.origin == URL(f"https://{ECR}")


@pytest.mark.parametrize(
    ("registry", "name"),
    [("registry.test", "lambda/bases"), ("registry.test/a/b", "a/b/lambda/bases")],
)
def test_bases_are_copied_beside_the_functions(registry: str, name: str) -> None:
    copies = assembler(image_registry="oci", registry=registry).bases.copies
    assert (copies.short, copies.repository.name) == ("lambda/bases", name)


def test_other_registries_are_spoken_to_as_the_settings_say() -> None:
    made = assembler(
        image_registry="oci",
        registry="registry.test:5000",
        insecure_registries=("registry.test:5000", "mirror.test:5000"),
        registry_mirrors=("mirror.test:5000/hub",),
    )
    mirror, hub = origins(made, "docker.io/library/node:22")
    assert mirror.client.address.origin == URL("http://mirror.test:5000")
    assert mirror.name == "hub/library/node"
    assert hub.client.address.origin == URL("https://registry-1.docker.io")
    assert isinstance(hub.client.credentials, DockerConfig)
    assert hub.client.credentials.registry == "docker.io"
    (ours,) = origins(made, "registry.test:5000/base:1")
    assert ours.client is made.repository("any").client


def test_certificates_are_for_our_registry_alone_and_for_others_besides_the_systems(
    tmp_path: Path,
) -> None:
    file = tmp_path / "ca.pem"
    made = assembler(
        image_registry="oci",
        registry="registry.test",
        registry_ca_file=file,
        registry_mirrors=("mirror.test",),
    )
    ours = made.repository("any").client.address
    assert (ours.authority, ours.besides) == (file, False)
    for other in (*origins(made, "docker.io/node"), *origins(made, "gcr.io/base")):
        assert (other.client.address.authority, other.client.address.besides) == (file, True)
    (local,) = origins(made, "localhost:5000/base")
    assert local.client.address.origin == URL("http://localhost:5000")


def test_in_ecr_certificates_for_others_take_none_of_the_systems_away(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    address = (
        assembler(image_registry="ecr", registry=ECR, registry_ca_file=file)
        .repository("any")
        .client.address
    )
    assert (address.authority, address.besides) == (file, True)


@pytest.mark.parametrize("kind", ["ecr", "oci"])
async def test_connections_are_closed_with_the_others(kind: str) -> None:
    settings = attrs.evolve(IN_MEMORY, image_registry=kind, registry=ECR)
    async with connections(settings) as container:
        made = container.assembler()
        transport = made.repository("any").client._transport
        await transport._opened()
        assert transport._session is not None
    assert transport._session is None


async def test_each_call_is_measured() -> None:
    container = Container(settings=IN_MEMORY)
    measured = container.interpreter().assembler
    assert isinstance(measured, Wrapped)
    assert behind(measured) is container.assembler()
