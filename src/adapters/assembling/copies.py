"""Our own copies of base images: where their layers are mounted from, and what is left of them."""

import hashlib
import re
from functools import partial
from typing import Final

import attrs

from knative_lambda.adapters.assembling import manifests
from knative_lambda.adapters.assembling.base import Base
from knative_lambda.adapters.assembling.base_name import BaseName
from knative_lambda.adapters.assembling.blobs import AT_ONCE, Carrier
from knative_lambda.adapters.assembling.documents import (
    OCI_INDEX,
    Descriptor,
    UnreadableError,
    a_digest,
    an_object,
    encoded,
    parsed,
)
from knative_lambda.adapters.assembling.origin import Source
from knative_lambda.adapters.assembling.reading import read
from knative_lambda.adapters.assembling.together import bounded
from knative_lambda.adapters.oci.repository import Manifest, Repository
from knative_lambda.ports.image_registry import ImageRegistry

_ODD: Final = re.compile(r"[^A-Za-z0-9]+")
_READABLE: Final = 48  # characters, so that a tag has 128 at most
_OWN: Final = 12
_ORIGINAL: Final = "knative-lambda.base.digest"


@attrs.frozen
class Copies:
    """In one repository of our registry; a tag for each image that a name has ever meant.

    Registries remove what has no tag. And some mount only what belongs to an image.

    Attributes:
        short: What `ImageRegistry` calls the repository.
        carrier: Brings what is copied, and what others get from there.
    """

    repository: Repository
    registry: ImageRegistry
    short: str
    carrier: Carrier = attrs.field(factory=Carrier)

    async def find(self, name: BaseName, digest: str) -> Base | None:
        """The image that *name* has meant and that its registry calls *digest*."""
        found = await self._read(_tag(name, digest))
        return found if found is not None and found.digest == digest else None

    async def last(self, name: BaseName) -> Base | None:
        """What *name* meant when it was last copied, as far as that can be told."""
        return await self._read(_tag(name, "last"))

    async def put(self, name: BaseName, base: Base, origin: Source) -> None:
        """Copy *base* from *origin*, the repository that *name* is of.

        Raises:
            SetupError: A registry refuses.
            TransientError: A registry cannot be reached.
        """
        await self.registry.ensure(self.short)
        configs = [image.described for image in base.images]
        await bounded(
            AT_ONCE,
            (partial(self._carry, described, origin) for described in (*base.blobs, *configs)),
        )
        for image in base.images:
            await self.repository.tag(image.manifest, manifests.part_tag(image.manifest))
        index = _index(base)
        await self.repository.tag(index, _tag(name, base.digest))
        await self.repository.tag(index, _tag(name, "last"))

    async def bring(self, described: Descriptor, target: Repository) -> int:
        """Have in *target* a blob of what is copied; the bytes sent.

        Raises:
            SetupError: The registry refuses.
            TransientError: It cannot be reached.
        """
        return await self.carrier.bring(described, self.repository, target)

    async def _carry(self, described: Descriptor, origin: Source) -> None:
        if not await self.repository.has(described.digest):
            await self.carrier.carry(described, origin, self.repository)

    async def _read(self, tag: str) -> Base | None:
        index = await self.repository.manifest(tag)
        if index is None:
            return None
        try:
            digest = a_digest(an_object(parsed(index.body).get("annotations")).get(_ORIGINAL))
            return attrs.evolve(await read(self.repository, index), digest=digest)
        except UnreadableError:
            return None


def _tag(name: BaseName, version: str) -> str:
    """For a person to read, and different for each name."""
    words = _ODD.sub("-", f"{name.repository.rpartition('/')[2]}-{name.reference}")[:_READABLE]
    own = hashlib.sha256(str(name).encode()).hexdigest()[:_OWN]
    return f"{words.strip('-')}-{own}-{version.removeprefix('sha256:')}"


def _index(base: Base) -> Manifest:
    """Of what was copied; the original may name images that were not."""
    members = [
        {
            **Descriptor(
                image.manifest.media_type, image.manifest.digest, len(image.manifest.body)
            ).written(),
            "platform": image.platform.written(),
        }
        for image in base.images
    ]
    index = {
        "schemaVersion": 2,
        "mediaType": OCI_INDEX,
        "manifests": members,
        "annotations": {_ORIGINAL: base.digest},
    }
    return Manifest(OCI_INDEX, encoded(index))
