"""Images put together in memory: their names and digests, from whatever they are made of."""

import hashlib
from typing import Final

import attrs

from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.domain.images import without_version
from knative_lambda.ports.image_assembler import (
    Assembled,
    CannotAppendError,
    ImageAssembler,
    ImageSpec,
)

_ARCHITECTURES: Final = ("amd64", "arm64")


@attrs.define
class MemoryImageAssembler(ImageAssembler):
    """Every base is for the same platforms, and every build has left what its image was to keep.

    Attributes:
        bases: The images that can be stood on.
        attached: What was attached, by its digest.
    """

    registry: MemoryImageRegistry
    bases: frozenset[str] = frozenset()
    attached: dict[str, bytes] = attrs.field(factory=dict, init=False)
    _there: set[tuple[str, str]] = attrs.field(factory=set, init=False)
    _kept: set[tuple[str, str]] = attrs.field(factory=set, init=False)

    async def assemble(self, spec: ImageSpec) -> Assembled:
        """Give its tag to a digest of all that it is made of."""
        if spec.recipe.base not in self.bases:
            raise CannotAppendError("the base image is not known here")
        repository = without_version(spec.image)
        copies = [step.copy for step in spec.recipe.steps if step.copy is not None]
        if any(copy.stage for copy in copies) and (repository, spec.kept) not in self._kept:
            raise CannotAppendError("its dependencies have to be installed first")
        layers = [b"".join(spec.layer(copy)) for copy in copies if copy.stage is None]
        sent = sum(self._sent(repository, layer) for layer in layers)
        said = (spec.recipe, spec.labels, spec.platforms, spec.kept, *map(_digest, layers))
        return Assembled(
            digest=self.registry.push(spec.image, _digest(repr(said).encode())),
            platforms=tuple(
                f"linux/{one}" for one in _ARCHITECTURES if one in (spec.platforms or {one})
            ),
            layers=len(copies),
            sent=sent,
            sbom=self._attached(spec.sbom),
        )

    async def keep(self, image: str, digest: str, kept: str) -> bool:
        """Keep it of any image that is there."""
        if await self.registry.digest(image) != digest:
            return False
        self._kept.add((without_version(image), kept))
        return True

    def _sent(self, repository: str, layer: bytes) -> int:
        if (repository, _digest(layer)) in self._there:
            return 0
        self._there.add((repository, _digest(layer)))
        return len(layer)

    def _attached(self, sbom: bytes | None) -> str | None:
        if sbom is None:
            return None
        self.attached[_digest(sbom)] = sbom
        return _digest(sbom)


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
