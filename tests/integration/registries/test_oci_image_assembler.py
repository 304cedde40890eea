"""Images that were put together in a real registry are what tools and the laws expect."""

import asyncio
import json
import tarfile
from asyncio.subprocess import PIPE
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import attrs
import pytest
from contracts.image_assembler import REPOSITORY, TO_KEEP, ImageAssemblerContract
from support import base_images
from support.assembling import SPEC
from support.certificates import Certificates
from support.registry import PASSWORD, READ_ONLY, USER, Mode, registry_server
from support.registry_setup import Registries, Setup
from support.tcp_proxy import free_port

from knative_lambda.adapters.assembling.assembler import OciImageAssembler
from knative_lambda.adapters.assembling.blobs import held
from knative_lambda.adapters.assembling.origins import Origins
from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.adapters.oci.digests import digest_of
from knative_lambda.adapters.oci.repository import Repository
from knative_lambda.domain.errors import SetupError
from knative_lambda.domain.image_name import ImageName
from knative_lambda.domain.recipe import Copy
from knative_lambda.ports.image_assembler import ImageAssembler, ImageSpec

BASES = "lambda/bases"


async def push(repository: Repository, tag: str, images: Sequence[base_images.Written]) -> str:
    """Have *images* there, with an index over them if they are several; the digest."""
    for image in images:
        for blob in (image.config, *image.layers):
            await repository.send(held(blob))
        await repository.tag(image.manifest, image.manifest.digest)
    top = images[0].manifest if len(images) == 1 else base_images.index_of(images)
    digest = await repository.tag(top, tag)
    assert digest == top.digest
    return digest


@attrs.frozen
class Place:
    """Our registry, and the one that bases come from."""

    ours: Setup
    origin: Setup

    @property
    def base(self) -> str:
        return f"{self.origin.server.host}/library/base:1"

    def repository(self, name: str, setup: Setup | None = None) -> Repository:
        return Repository((setup or self.ours).adapter().client, name)

    def assembler(self) -> OciImageAssembler:
        """One that remembers nothing yet."""
        origins = Origins(self.ours.adapter().client, lambda _host: self.origin.adapter().client)
        return OciImageAssembler.among(origins, MemoryImageRegistry(), BASES)


async def place(
    opener: Registries, folder: Path, mode: Mode = Mode.OPEN, *, tls: bool = False
) -> Place:
    """With a base for two platforms in the registry that bases come from."""
    ours, origin = await opener.open(mode, tls=tls), await opener.open()
    origin.config = folder / "origin.json"
    made = Place(ours, origin)
    images = [base_images.written("amd64"), base_images.written("arm64", (b"three",))]
    await push(made.repository("library/base", origin), "1", images)
    return made


async def skopeo(command: str, *words: str) -> str:
    """What skopeo prints, which knows the password, and trusts whatever it is shown."""
    of = "src-" if command == "copy" else ""
    known = (f"--{of}tls-verify=false", f"--{of}creds={USER}:{PASSWORD}")
    # The token server answers on this very thread.
    process = await asyncio.create_subprocess_exec(
        "skopeo", command, *known, *words, stdout=PIPE, stderr=PIPE
    )
    printed, wrong = await process.communicate()
    assert process.returncode == 0, wrong.decode()
    return printed.decode()


def _there(image: str) -> str:
    return f"docker://{image}"


class TestOpenRegistry(ImageAssemblerContract):
    mode = Mode.OPEN
    tls = False

    @pytest.fixture
    async def assembler(self, opener: Registries, tmp_path: Path) -> ImageAssembler:
        self.place = await place(opener, tmp_path, self.mode, tls=self.tls)
        self.host, self.base = self.place.ours.server.host, self.place.base
        return self.place.assembler()

    async def push(self, image: str) -> str:
        name = ImageName.parse(image)
        history = [{"created_by": "RUN 0"}, {"created_by": TO_KEEP}]
        built = base_images.written(contents=(b"one", b"installed"), history=history)
        return await push(self.place.repository(name.repository), name.tag, [built])

    async def digest(self, image: str) -> str | None:
        return await self.place.ours.adapter().digest(image)

    async def platforms(self, image: str) -> tuple[str, ...]:
        members = json.loads(await skopeo("inspect", "--raw", _there(image)))["manifests"]
        platforms = [member["platform"] for member in members]
        return tuple(f"{each['os']}/{each['architecture']}" for each in platforms)


class TestRegistryWithPassword(TestOpenRegistry):
    mode = Mode.BASIC


class TestEncryptedRegistryWithTokens(TestOpenRegistry):
    mode = Mode.BEARER
    tls = True


@pytest.fixture
async def shop(opener: Registries, tmp_path: Path) -> Place:
    return await place(opener, tmp_path)


def spec_at(place: Place, **more: Any) -> ImageSpec:
    """`SPEC`, in our registry."""
    image = f"{place.ours.server.host}/{REPOSITORY}:one"
    recipe = attrs.evolve(SPEC.recipe, base=place.base)
    return attrs.evolve(SPEC, image=image, recipe=recipe, **more)


def tars(copy: Copy) -> Iterator[bytes]:
    """One file, named for its target."""
    content = copy.target.encode()
    entry = tarfile.TarInfo(f"{copy.target.strip('/')}/file")
    entry.size = len(content)
    yield entry.tobuf() + content.ljust(512, b"\0") + bytes(1024)


async def test_other_tools_read_what_was_put_together(shop: Place, tmp_path: Path) -> None:
    spec = spec_at(shop, layer=tars)
    made = await shop.assembler().assemble(spec)
    # Each blob is checked against its digest, and each layer against what the configuration says.
    await skopeo("copy", "--all", _there(spec.image), f"oci:{tmp_path}/layout:image")
    index = json.loads((tmp_path / "layout" / "index.json").read_text())
    assert index["manifests"][0]["digest"] == made.digest
    config = json.loads(
        await skopeo("inspect", "--config", "--override-arch=arm64", _there(spec.image))
    )
    assert config["architecture"] == "arm64"
    assert config["config"] == {
        "Env": ["PATH=/usr/bin"],
        "User": "65532:65532",
        "WorkingDir": "/app",
        "Cmd": ["run"],
    }
    layers = json.loads(await skopeo("inspect", _there(spec.image)))["Layers"]
    names = []
    for layer in layers[2:]:
        file = tmp_path / "layout" / "blobs" / "sha256" / layer.removeprefix("sha256:")
        with tarfile.open(file) as members:
            names.append(members.getnames())
    assert names == [["app"], ["app/runtime/file"], ["app/function/file"]]


async def test_what_is_attached_is_found_by_who_has_the_image(shop: Place) -> None:
    spec = spec_at(shop, sbom=b'{"bomFormat":"CycloneDX"}')
    made = await shop.assembler().assemble(spec)
    # This registry does not list referrers by itself.
    tagged = spec.image.replace(":one", f":{made.digest.replace(':', '-')}")
    found = json.loads(await skopeo("inspect", "--raw", _there(tagged)))
    (one,) = found["manifests"]
    assert one["digest"] == made.sbom
    assert one["artifactType"] == "application/vnd.cyclonedx+json"


async def test_a_base_goes_its_way_once(shop: Place) -> None:
    first = await shop.assembler().assemble(spec_at(shop))
    other = spec_at(shop)
    other = attrs.evolve(other, image=other.image.replace(REPOSITORY, "lambda/other-0a1b2c3d"))
    second = await shop.assembler().assemble(other)
    assert (second.digest, second.sent) == (first.digest, first.sent)
    bases = shop.repository(BASES)
    layers = [digest_of(one) for one in base_images.written("amd64").layers]
    assert [await bases.has(layer) for layer in layers] == [True, True]


async def test_without_its_registry_a_base_is_still_to_be_had(shop: Place) -> None:
    spec = spec_at(shop)
    made = await shop.assembler().assemble(spec)
    server = attrs.evolve(shop.origin.server, host=f"127.0.0.1:{free_port()}")
    away = attrs.evolve(shop, origin=attrs.evolve(shop.origin, server=server))
    other = attrs.evolve(spec, image=spec.image.replace(":one", ":two"))
    assert (await away.assembler().assemble(other)).digest == made.digest


async def test_a_registry_that_takes_nothing_says_so(
    stack: AsyncExitStack, shop: Place, tmp_path: Path, signers: Certificates
) -> None:
    server = stack.enter_context(registry_server(tmp_path, signers=signers, storage=READ_ONLY))
    closed = attrs.evolve(shop, ours=attrs.evolve(shop.ours, server=server))
    with pytest.raises(SetupError):
        await closed.assembler().assemble(spec_at(closed))
