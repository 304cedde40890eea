"""An assembler between a registry of bases and one of ours, both in memory."""

import json
from typing import Any

import attrs
from support import base_images
from support.blob_registry import BlobRegistry

from knative_lambda.adapters.assembling.assembler import OciImageAssembler
from knative_lambda.adapters.assembling.base_name import BaseName
from knative_lambda.adapters.assembling.bases import Bases
from knative_lambda.adapters.assembling.copies import Copies
from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.adapters.oci.repository import Repository
from knative_lambda.domain.image_name import ImageName

HOST = "registry.test"
BASE = "origin.test/library/base:1"
BASES = "lambda/bases"


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
