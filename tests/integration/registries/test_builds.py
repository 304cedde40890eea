"""Law 5, with registries as they are wired: what they hold already is not built again."""

import json
from abc import ABC, abstractmethod
from argparse import Namespace
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import pytest
from botocore.exceptions import ClientError
from support import ecr_push
from support.registry import Mode
from support.registry_setup import KNOWN, Registries, Setup, log_in
from support.wired import FUNCTION, Wired, build_of, start_event, wired

from knative_lambda.adapters.ecr.image_registry import EcrImageRegistry
from knative_lambda.adapters.oci.image_registry import OciImageRegistry
from knative_lambda.domain import names
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.image_name import ImageName
from knative_lambda.domain.settlement import Ack
from knative_lambda.entrypoints import render
from knative_lambda.ports.image_registry import ImageRegistry
from knative_lambda.settings import Settings, from_env

if TYPE_CHECKING:
    from types_aiobotocore_ecr.client import ECRClient

URL = "https://code.test/hello.tar.gz"
IN_MEMORY = {
    "KLB_EVENT_SOURCE": "memory",
    "KLB_EVENT_PUBLISHER": "memory",
    "KLB_CONTEXT_STORE": "memory",
    "KLB_JOB_RUNNER": "memory",
    "KLB_SERVICE_DEPLOYER": "memory",
    "KLB_SOURCE_FETCHER": "memory",
}


class Place(ABC):
    """A registry, as the settings name it and as a builder sees it."""

    @property
    @abstractmethod
    def variables(self) -> Mapping[str, str]:
        """Those that name it."""

    @abstractmethod
    async def push(self, image: str) -> str:
        """Push some image there; its digest."""

    @abstractmethod
    def is_connected(self, registry: ImageRegistry) -> bool:
        """Whether our adapter has connections open."""


@attrs.define
class OnTheNetwork(Place):
    """A docker-registry that has nothing."""

    opened: Setup
    how: Mapping[str, str]

    @property
    def variables(self) -> Mapping[str, str]:
        host = self.opened.server.host
        return {"KLB_IMAGE_REGISTRY": "oci", "KLB_REGISTRY": f"{host}/functions", **self.how}

    async def push(self, image: str) -> str:
        name = ImageName.parse(image)
        return await self.opened.pusher.image(name.repository, name.tag, image.encode())

    def is_connected(self, registry: ImageRegistry) -> bool:
        assert isinstance(registry, OciImageRegistry)
        return registry.client._transport._session is not None


@attrs.define
class InEcr(Place):
    """An account of AWS that has nothing."""

    ecr: "ECRClient"

    @property
    def variables(self) -> Mapping[str, str]:
        return {
            "KLB_IMAGE_REGISTRY": "ecr",
            "KLB_REGISTRY": f"{ecr_push.HOST}/functions",
            "KLB_BUILD_STRATEGY": "kaniko",  # behind the API of this account is no registry
        }

    async def push(self, image: str) -> str:
        name = ImageName.parse(image)
        try:
            await self.ecr.create_repository(repositoryName=name.repository)
        except ClientError as error:
            assert "RepositoryAlreadyExists" in str(error)  # noqa: PT017 - it is there, or this fails
        return await ecr_push.push(self.ecr, name.repository, name.tag, image.encode())

    def is_connected(self, registry: ImageRegistry) -> bool:
        assert isinstance(registry, EcrImageRegistry)
        return registry._opened is not None


async def with_tokens(opener: Registries, monkeypatch: pytest.MonkeyPatch) -> Place:
    opened = await opener.open(Mode.BEARER, tls=True)
    monkeypatch.setenv("DOCKER_CONFIG", str(opened.config.parent))
    log_in(opened.config, opened.server.host, KNOWN)
    return OnTheNetwork(opened, {"KLB_REGISTRY_CA_FILE": str(opened.server.authority)})


async def without_encryption(opener: Registries) -> Place:
    opened = await opener.open(Mode.OPEN)
    # With an authority, not even what is on this machine is spoken to plainly, unless it is named.
    authority = {"KLB_REGISTRY_CA_FILE": str(opener.signers.authority)}
    return OnTheNetwork(
        opened, {"KLB_INSECURE_REGISTRIES": f"other.test,{opened.server.host}", **authority}
    )


@pytest.fixture(params=["oci, with tokens", "oci, without encryption", "ecr"])
async def place(
    request: pytest.FixtureRequest,
    opener: Registries,
    ecr: "ECRClient",
    monkeypatch: pytest.MonkeyPatch,
) -> Place:
    match request.param:
        case "oci, with tokens":
            return await with_tokens(opener, monkeypatch)
        case "oci, without encryption":
            return await without_encryption(opener)
        case _:
            return InEcr(ecr)


@pytest.fixture
def settings(place: Place) -> Settings:
    return from_env({**IN_MEMORY, **place.variables})


@pytest.fixture
async def service(settings: Settings) -> AsyncIterator[Wired]:
    async with wired(settings) as service:
        yield service


@pytest.fixture
async def image(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What a build would push, as `render` shows it."""
    file = tmp_path / "start.json"
    file.write_text(json.dumps(start_event("1", URL)), "utf-8")
    assert await render.run(Namespace(event=str(file), output="json"), settings) == 0
    return str(json.loads(capsys.readouterr().out)["image"])


async def test_law_5_what_the_registry_has_is_complete_at_once_and_not_built(
    place: Place, service: Wired, image: str
) -> None:
    digest = await place.push(image)
    assert await service.start("1", URL) == Ack()
    assert service.jobs.started == []
    last = service.told[-1]
    assert last.type == f"{PREFIX}build.complete"
    assert isinstance(last.data, dict)
    told = {name: last.data[name] for name in ("cached", "image_uri", "image_digest")}
    assert told == {"cached": True, "image_uri": image, "image_digest": digest}


async def test_law_5_a_forced_build_is_built_under_a_tag_of_its_own(
    place: Place, service: Wired, image: str
) -> None:
    await place.push(image)
    assert await service.start("2", URL, force=True) == Ack()
    assert service.jobs.started == [names.job(FUNCTION, build_of("2"))]
    assert service.images("build.started") == [f"{image}-{build_of('2')[:8]}"]


async def test_law_8_what_is_built_is_deployed_by_the_digest_that_the_registry_gives(
    place: Place, service: Wired, image: str
) -> None:
    assert await service.start("1", URL) == Ack()
    assert service.images("build.started") == [image]
    digest = await place.push(image)
    await service.succeed("1")
    spec = service.container.deployer().specs[names.service(FUNCTION)]
    assert spec.image == f"{image.removesuffix(':' + ImageName.parse(image).tag)}@{digest}"


async def test_connections_to_the_registry_end_with_the_process(
    place: Place, settings: Settings
) -> None:
    async with wired(settings) as service:
        registry = service.container.registry().made
        assert not place.is_connected(registry)
        assert await service.start("1", URL) == Ack()
        assert place.is_connected(registry)
    assert not place.is_connected(registry)


async def test_in_ecr_a_repository_is_there_before_its_first_build(ecr: "ECRClient") -> None:
    async with wired(from_env({**IN_MEMORY, **InEcr(ecr).variables})) as service:
        assert await service.start("1", URL) == Ack()
        (image,) = service.images("build.started")
    found = await ecr.describe_repositories()
    made = {one["repositoryName"]: one["imageTagMutability"] for one in found["repositories"]}
    assert made == {ImageName.parse(str(image)).repository: "IMMUTABLE"}
