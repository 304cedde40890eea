"""The port, on any registry that speaks the OCI distribution API."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Self

import attrs

from knative_lambda.adapters.assembling import manifests
from knative_lambda.adapters.assembling.attachment import attached
from knative_lambda.adapters.assembling.base import Base, PlatformImage
from knative_lambda.adapters.assembling.bases import Bases
from knative_lambda.adapters.assembling.blobs import held
from knative_lambda.adapters.assembling.copied_layer import copied
from knative_lambda.adapters.assembling.copies import Copies
from knative_lambda.adapters.assembling.documents import UnreadableError, encoded
from knative_lambda.adapters.assembling.fitting import fitting
from knative_lambda.adapters.assembling.image_config import configured
from knative_lambda.adapters.assembling.kept_layer import KeptLayer
from knative_lambda.adapters.assembling.origins import Origins
from knative_lambda.adapters.assembling.pieces import Pieces
from knative_lambda.adapters.assembling.reading import read
from knative_lambda.adapters.assembling.together import together
from knative_lambda.adapters.oci.repository import Manifest, Repository
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.image_name import ImageName
from knative_lambda.ports.image_assembler import (
    Assembled,
    CannotAppendError,
    ImageAssembler,
    ImageSpec,
)
from knative_lambda.ports.image_registry import ImageRegistry


@attrs.frozen
class OciImageAssembler(ImageAssembler):
    """Sends what is not there, and last the tag.

    Attributes:
        repository: Gives the one of that name, in our registry.
        closed: Closes the connections.
    """

    repository: Callable[[str], Repository]
    bases: Bases
    closed: Callable[[], Awaitable[None]]

    @classmethod
    def among(cls, origins: Origins, registry: ImageRegistry, bases: str) -> Self:
        """One for our registry among *origins*; *bases* is where it keeps its copies of bases."""
        ours = origins.ours
        path = ours.address.registry.partition("/")[2]
        name = f"{path}/{bases}" if path else bases
        copies = Copies(Repository(ours, name), registry, bases)
        found = Bases(copies, origins.of, ours.clock)
        return cls(partial(Repository, ours), found, origins.close)

    async def assemble(self, spec: ImageSpec) -> Assembled:
        """Put it together on each platform of its base that its files are for.

        Raises:
            CannotAppendError: Its base or its dependencies are not to be had.
            SetupError: The registry refuses.
            TransientError: The registry cannot be reached now.
        """
        name = ImageName.parse(spec.image)
        repository = self.repository(name.repository)
        kept = await _kept(repository, spec)
        base = await self.bases.find(spec.recipe.base)
        images = fitting(base, spec.platforms, kept)
        pieces = Pieces(spec, images, kept, self.bases.copies, repository)
        await pieces.bring()
        notes = _notes(spec, base)
        made = await together(_pushed(pieces, image, notes) for image in images)
        top = manifests.top(list(zip((i.platform for i in images), made, strict=True)), notes)
        sbom = await attached(repository, top, spec.sbom) if spec.sbom is not None else None
        digest = await _tagged(repository, top, name.tag)
        return Assembled(
            digest=digest,
            platforms=tuple(image.platform.name for image in images),
            layers=sum(step.layer is not None for step in pieces.added(images[0])),
            sent=pieces.sent,
            sbom=sbom if digest == top.digest else None,
        )

    async def keep(self, image: str, digest: str, kept: str) -> bool:
        """Tag a small artifact with the layer.

        Raises:
            SetupError: The registry refuses.
            TransientError: The registry cannot be reached now.
        """
        repository = self.repository(ImageName.parse(image).repository)
        manifest = await repository.manifest(digest)
        if manifest is None:
            return False
        try:
            built = await read(repository, manifest)
        except UnreadableError:
            return False
        layer = copied(built.images[0]) if len(built.images) == 1 else None
        if layer is None:
            return False
        await repository.send(layer.config)
        return await repository.tag(layer.manifest, kept) is not None

    async def close(self) -> None:
        """Close the connections; another call would open them anew."""
        await self.closed()


async def _kept(repository: Repository, spec: ImageSpec) -> KeptLayer | None:
    stages = [step.copy for step in spec.recipe.steps if step.copy is not None and step.copy.stage]
    if not stages:
        return None
    if len(stages) > 1 or spec.kept is None:
        raise CannotAppendError("its Dockerfile copies what only a build can make")
    manifest = await repository.manifest(spec.kept)
    if manifest is None:
        raise CannotAppendError("its dependencies have to be installed first")
    try:
        return await KeptLayer.read(repository, manifest)
    except UnreadableError as error:
        message = "its dependencies were kept in a form that cannot be read"
        raise CannotAppendError(message) from error


def _notes(spec: ImageSpec, base: Base) -> Mapping[str, str]:
    return {
        "org.opencontainers.image.base.digest": base.digest,
        "org.opencontainers.image.base.name": spec.recipe.base,
    }


async def _pushed(pieces: Pieces, image: PlatformImage, notes: Mapping[str, str]) -> Manifest:
    """Have the configuration and manifest for one platform there."""
    spec, added = pieces.spec, pieces.added(image)
    config = held(encoded(configured(image, spec.recipe, spec.labels, added)))
    await pieces.send(config)
    own = [step.layer for step in added if step.layer is not None]
    manifest = manifests.image(config, [*image.layers, *own], notes)
    if len(pieces.images) > 1:
        await pieces.target.tag(manifest, manifests.part_tag(manifest))
    return manifest


async def _tagged(repository: Repository, top: Manifest, tag: str) -> str:
    """The digest that *tag* has from now on: that of *top*, unless it has one already."""
    found = await repository.manifest(tag)
    if found is None:
        digest = await repository.tag(top, tag)
        if digest is not None:
            return digest
        found = await repository.manifest(tag)
    if found is None:
        raise TransientError(f"the tag {tag} is there and is not")
    return found.digest
