"""An image registry in memory: tags and digests, no layers."""

import attrs

from knative_lambda.ports.image_registry import ImageRegistry


@attrs.define
class MemoryImageRegistry(ImageRegistry):
    """Tags are immutable, as those of the real ones are told to be."""

    repositories: set[str] = attrs.field(factory=set)
    _digests: dict[str, str] = attrs.field(factory=dict)

    async def ensure(self, repository: str) -> None:
        """Note it."""
        self.repositories.add(repository)

    async def digest(self, image: str) -> str | None:
        """The digest of the first push."""
        return self._digests.get(image)

    def push(self, image: str, digest: str) -> None:
        """Give the tag of *image* to *digest*, unless it has one: a late push is no error."""
        self._digests.setdefault(image, digest)
