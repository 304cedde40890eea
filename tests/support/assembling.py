"""An assembler between a registry of bases and one of ours, both in memory."""

import json
from collections.abc import Iterator
from typing import Any

import attrs
from contracts.image_assembler import CODE, INSTALLED, KEPT, REPOSITORY, TO_KEEP, tar
from support import base_images
from support.blob_registry import BlobRegistry

from knative_lambda.adapters.assembling.assembler import OciImageAssembler
from knative_lambda.adapters.assembling.base_name import BaseName
from knative_lambda.adapters.assembling.bases import Bases
from knative_lambda.adapters.assembling.copies import Copies
from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.adapters.oci.repository import Repository
from knative_lambda.domain.image_name import ImageName
from knative_lambda.domain.recipe import Copy, Recipe, Step
from knative_lambda.ports.image_assembler import ImageSpec

HOST = "registry.test"
BASE = "origin.test/library/base:1"
BASES = "lambda/bases"
IMAGE = f"{HOST}/{REPOSITORY}:one"
STEPS = (
    Step("WORKDIR /app", folder="/app"),
    Step("COPY runtime runtime/", copy=Copy(("runtime",), "/app/runtime/")),
    Step("COPY function function/", copy=CODE),
    Step("USER 65532:65532"),
    Step('CMD ["run"]'),
)
RECIPE = Recipe(base=BASE, folder="/app", user="65532:65532", command=("run",), steps=STEPS)


def layer(copy: Copy) -> Iterator[bytes]:
    """Something else for each copy."""
    yield copy.target.encode() * 1000
    yield from tar(copy)


SPEC = ImageSpec(image=IMAGE, recipe=RECIPE, layer=layer)
WITH_KEPT = attrs.evolve(
    SPEC,
    recipe=attrs.evolve(RECIPE, steps=(Step(TO_KEEP, copy=INSTALLED), *STEPS)),
    kept=KEPT,
)


@attrs.define(eq=False)
class Workshop:
    """All that an assembler works with.

    Attributes:
        now: Seconds.
    """

    ours: BlobRegistry = attrs.field(factory=BlobRegistry)
    origin: BlobRegistry = attrs.field(factory=BlobRegistry)
    registry: MemoryImageRegistry = attrs.field(factory=MemoryImageRegistry)
    now: float = 0.0
    asked: list[BaseName] = attrs.field(factory=list)

    def assembler(self) -> OciImageAssembler:
        """One that remembers nothing yet."""
        copies = Copies(self.ours.repository(BASES), self.registry, BASES)
        bases = Bases(copies, self._origins, lambda: self.now)
        return OciImageAssembler(self.ours.repository, bases, self._closed)

    def push_base(self, *images: base_images.Written) -> str:
        """Have `BASE` there; its digest."""
        made = images or (base_images.written("amd64"), base_images.written("arm64", (b"three",)))
        return base_images.push(self.origin, "library/base", "1", *made).digest

    def document(self, image: str) -> dict[str, Any]:
        """The manifest or index of *image*."""
        name = ImageName.parse(image)
        shelf = self.ours.shelf(name.repository)
        digest = name.digest or shelf.tags[name.tag]
        found: dict[str, Any] = json.loads(shelf.manifests[digest].body)
        return found

    def config(self, image: str) -> dict[str, Any]:
        """The configuration of *image*, which is for one platform."""
        name = ImageName.parse(image)
        digest = self.document(image)["config"]["digest"]
        found: dict[str, Any] = json.loads(self.ours.shelf(name.repository).blobs[digest])
        return found

    def _origins(self, name: BaseName) -> list[Repository]:
        self.asked.append(name)
        return [self.origin.repository(name.repository)]

    async def _closed(self) -> None:
        return


def push_built(workshop: Workshop, *architectures: str, tag: str = "built", **more: Any) -> str:
    """Have an image there that a builder has made from the same Dockerfile; its digest."""
    history = [{"created_by": "RUN 0"}, {"created_by": TO_KEEP}]
    images = [
        base_images.written(one, (b"one", b"installed"), **{"history": history, **more})
        for one in architectures or ("amd64",)
    ]
    return base_images.push(workshop.ours, REPOSITORY, tag, *images).digest


async def kept(workshop: Workshop, *architectures: str, **more: Any) -> bool:
    """Whether the layer of such an image is kept."""
    digest = push_built(workshop, *architectures, **more)
    return await workshop.assembler().keep(f"{HOST}/{REPOSITORY}:built", digest, KEPT)


def fail(workshop: Workshop, error: Exception, call: str, what: str = "") -> None:
    """Have the registry answer *call* so, about *what* or about anything."""

    def before(name: str, repository: str, about: str) -> None:
        if (name, repository) == (call, REPOSITORY) and about.startswith(what):
            raise error

    workshop.ours.before = before
