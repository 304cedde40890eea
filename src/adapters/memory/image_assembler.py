"""Images put together in memory: what they were made from, and no bytes."""

import hashlib

import attrs

from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.images import without_version
from knative_lambda.ports.image_assembler import (
    Assembled,
    CannotAppendError,
    ImageAssembler,
    ImageSpec,
)


@attrs.define
class MemoryImageAssembler(ImageAssembler):
    """Gives tags in *registry*.

    Attributes:
        bases: What images can stand on; `None`: on any.
        kept: The layers that are kept: of which repository, under which name.
        made: What each image was put together from.
    """

    registry: MemoryImageRegistry
    bases: frozenset[str] | None = None
    kept: set[tuple[str, str]] = attrs.field(factory=set)
    made: dict[str, ImageSpec] = attrs.field(factory=dict)

    async def assemble(self, spec: ImageSpec) -> Assembled:
        """Note it, and tag it."""
        if self.bases is not None and spec.recipe.base not in self.bases:
            raise CannotAppendError("the base image is not there", Reason.IMAGE_PULL)
        if spec.kept is not None and (without_version(spec.image), spec.kept) not in self.kept:
            raise CannotAppendError("the layer of its dependencies is not in the registry yet")
        copies = [step.copy for step in spec.recipe.steps if step.copy is not None]
        layers = [b"".join(spec.layer(copy)) for copy in copies if copy.stage is None]
        sent = 0 if spec.image in self.made else sum(map(len, layers))
        digest = hashlib.sha256(repr((spec, layers)).encode()).hexdigest()
        self.registry.push(spec.image, f"sha256:{digest}")
        self.made.setdefault(spec.image, spec)
        return Assembled(
            digest=await self.registry.digest(spec.image) or "",
            platforms=tuple(f"linux/{one}" for one in sorted(spec.platforms or {"amd64", "arm64"})),
            layers=len(copies),
            sent=sent,
            sbom=_sbom(spec.sbom),
        )

    async def keep(self, image: str, digest: str, kept: str) -> bool:  # noqa: ARG002 - one tag, one image
        """Note it."""
        self.kept.add((without_version(image), kept))
        return True


def _sbom(document: bytes | None) -> str | None:
    return f"sha256:{hashlib.sha256(document).hexdigest()}" if document is not None else None
