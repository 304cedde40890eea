"""Functions whose images are put together in a registry, as the service does it."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import attrs
from images.building import Build, Builder
from support.registry import RegistryServer

from knative_lambda.adapters.assembling.assembler import OciImageAssembler
from knative_lambda.adapters.assembling.blobs import held
from knative_lambda.adapters.assembling.origins import Origins
from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.adapters.oci.address import Address
from knative_lambda.adapters.oci.client import RegistryClient
from knative_lambda.adapters.oci.docker_config import DockerConfig
from knative_lambda.adapters.oci.repository import Manifest, Repository
from knative_lambda.application.rendering import Rendering
from knative_lambda.domain.choosing import Code, Plan, plan
from knative_lambda.domain.recipe import Recipe, Step
from knative_lambda.domain.strategy import Choice, Strategy
from knative_lambda.ports.image_assembler import CannotAppendError, ImageSpec

T = TypeVar("T")

_INSECURE: Final = "--tls-verify=false"
# What an image says of itself, and not how long ago, or by what, it was made.
CONFIGURED: Final = (
    *("Env", "User", "Cmd", "Entrypoint", "WorkingDir", "Labels", "ExposedPorts"),
    *("Volumes", "StopSignal"),
)


@attrs.frozen
class Appender:
    """Appends in the registry *server*, which has the bases, too.

    Attributes:
        builder: Whose storage has the bases, and gets what is appended.
    """

    server: RegistryServer
    builder: Builder

    def push(self, image: str, name: str) -> None:
        """Have *image* of the storage in the registry, as *name*."""
        self.builder.storage.run("push", "--quiet", _INSECURE, image, f"docker://{self._at(name)}")

    @contextmanager
    def appended(self, name: str, files: Mapping[str, str], **data: object) -> Iterator[Build]:
        """The function *name* from its source's *files*, without its being built.

        Its image is gone at the end.
        """
        image = self._at(f"function/{name}:appended")
        self._run(lambda assembler: self._assembled(assembler, image, name, files, data))
        storage = self.builder.storage
        storage.run("pull", "--quiet", _INSECURE, image)
        try:
            yield Build(image, self.builder.scratch / name / "context", 0, "")
        finally:
            storage.run("rmi", "--force", image)

    def keep(self, build: Build, name: str, files: Mapping[str, str], **data: object) -> bool:
        """Keep the dependencies in the image of *build*, as after a build by Kaniko."""
        image = f"function/{name}:built"
        self.push(build.image, image)
        return self._run(lambda assembler: self._kept(assembler, image, name, files, data))

    async def _assembled(
        self,
        assembler: OciImageAssembler,
        image: str,
        name: str,
        files: Mapping[str, str],
        data: Mapping[str, object],
    ) -> None:
        async with self.builder.rendered(self.builder.event(name, files, data)) as one:
            found = planned(one)
            if isinstance(found.way, Choice):
                raise CannotAppendError(found.way.reason)
            spec = ImageSpec(
                image=image,
                recipe=found.way,
                layer=one.context.layer,
                platforms=one.context.platforms,
                kept=found.kept,
            )
            await assembler.assemble(spec)

    async def _kept(
        self,
        assembler: OciImageAssembler,
        image: str,
        name: str,
        files: Mapping[str, str],
        data: Mapping[str, object],
    ) -> bool:
        async with self.builder.rendered(self.builder.event(name, files, data)) as one:
            found = planned(one)
            assert isinstance(found.way, Recipe)
            assert found.kept is not None
            repository = assembler.repository(image.partition(":")[0])
            (step,) = (each for each in found.way.steps if each.copy and each.copy.stage)
            digest = await _as_by_kaniko(repository, step)
            return await assembler.keep(self._at(image), digest, found.kept)

    def _run(self, work: Callable[[OciImageAssembler], Coroutine[Any, Any, T]]) -> T:
        async def run() -> T:
            client = RegistryClient(
                Address.of(self.server.host), DockerConfig(Path("none"), self.server.host)
            )
            origins = Origins(client, lambda _host: client)
            assembler = OciImageAssembler.among(origins, MemoryImageRegistry(), "bases")
            try:
                return await work(assembler)
            finally:
                await assembler.close()

        return asyncio.run(run())

    def _at(self, name: str) -> str:
        return f"{self.server.host}/{name}"


def planned(one: Rendering) -> Plan:
    """How its image is to be made."""
    packed = one.context
    code = Code(
        dockerfile=packed.dockerfile,
        digests=packed.digests,
        size=packed.size,
        pinned=packed.pinned,
    )
    return plan(one.request, Strategy.AUTO, code)


async def _as_by_kaniko(repository: Repository, step: Step) -> str:
    """Have the history of what was built say of *step* what Kaniko's would; the new digest.

    Buildah leaves out from where it has copied.
    """
    built = await repository.manifest("built")
    assert built is not None
    assert step.copy is not None
    manifest = json.loads(built.body)
    digest, size = manifest["config"]["digest"], manifest["config"]["size"]
    body = b"".join([piece async for piece in repository.fetch(digest, size)])
    config = json.loads(body)
    target = step.words.split()[-1]
    (entry,) = (
        one for one in config["history"] if one.get("created_by", "").endswith(f" in {target} ")
    )
    entry["created_by"] = step.words
    changed = held(json.dumps(config).encode())
    await repository.send(changed)
    manifest["config"] |= {"digest": changed.digest, "size": changed.size}
    told = await repository.tag(
        Manifest(built.media_type, json.dumps(manifest).encode()), "by-kaniko"
    )
    assert told is not None
    return told
