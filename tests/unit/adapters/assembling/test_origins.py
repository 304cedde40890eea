"""Base images are looked for where builds look for them."""

from pathlib import Path

import pytest

from knative_lambda.adapters.assembling.base_name import BaseName
from knative_lambda.adapters.assembling.origins import Origins
from knative_lambda.adapters.oci.address import Address
from knative_lambda.adapters.oci.client import RegistryClient
from knative_lambda.adapters.oci.docker_config import DockerConfig

OURS = "registry.test:5000"


def client(host: str) -> RegistryClient:
    return RegistryClient(Address.of(host), DockerConfig(Path("none"), host))


def places(image: str, *mirrors: str) -> list[str]:
    """Where *image* is looked for, in that order."""
    origins = Origins(client(f"{OURS}/functions"), client, mirrors)
    return [
        f"{one.client.address.origin}/{one.name}".removeprefix("https://")
        for one in origins.of(BaseName.parse(image))
    ]


@pytest.mark.parametrize(
    ("image", "there"),
    [
        ("node:22", "registry-1.docker.io//library/node"),
        ("docker.io/acme/base:1", "registry-1.docker.io//acme/base"),
        ("gcr.io/distroless/static", "gcr.io//distroless/static"),
        (f"{OURS}/bases/node:1", f"{OURS}//bases/node"),
    ],
)
def test_an_image_is_in_its_own_registry(image: str, there: str) -> None:
    assert places(image) == [there.replace("//", "/")]


def test_images_of_docker_hub_are_looked_for_in_its_mirrors_first() -> None:
    mirrors = ("mirror.test", "mirror.test/hub")
    assert places("node:22", *mirrors) == [
        "mirror.test/library/node",
        "mirror.test/hub/library/node",
        "registry-1.docker.io/library/node",
    ]
    assert places("gcr.io/distroless/static", *mirrors) == ["gcr.io/distroless/static"]


async def test_each_registry_has_one_client() -> None:
    opened = []

    def noted(host: str) -> RegistryClient:
        opened.append(host)
        return client(host)

    origins = Origins(client(OURS), noted)
    for image in ("node:22", "python:3.11", "gcr.io/base", f"{OURS}/base"):
        origins.of(BaseName.parse(image))
    assert opened == ["docker.io", "gcr.io"]
    (ours,) = origins.of(BaseName.parse(f"{OURS}/base"))
    assert ours.client is origins.ours
    await origins.close()
