"""An image registry in memory: tags and digests, no layers."""

import hashlib
import re
from typing import Final

import attrs

from knative_lambda.ports.image_registry import ImageRegistry

_OURS: Final = re.compile(r":[0-9a-f]{64}(?:-[0-9a-f]{8})?\Z", re.ASCII)


@attrs.define
class MemoryImageRegistry(ImageRegistry):
    """Tags are immutable, as those of the real ones are told to be.

    Attributes:
        outsiders: Whether others push here too: then a tag that no build of ours would have,
            since it is no content hash, is taken to be there.
    """

    outsiders: bool = False
    repositories: set[str] = attrs.field(factory=set)
    _digests: dict[str, str] = attrs.field(factory=dict)

    async def ensure(self, repository: str) -> None:
        """Note it."""
        self.repositories.add(repository)

    async def digest(self, image: str) -> str | None:
        """The digest of the first push."""
        if self.outsiders and _OURS.search(image) is None:
            return f"sha256:{hashlib.sha256(image.encode()).hexdigest()}"
        return self._digests.get(image)

    def push(self, image: str, digest: str) -> str:
        """Give the tag of *image* to *digest*, unless it has one: a late push is no error.

        Returns what the tag has from now on.
        """
        return self._digests.setdefault(image, digest)
