"""The name of a base image, as everybody who reads names of images completes it."""

from typing import Final, Self

import attrs

from knative_lambda.domain.image_name import ImageName

HUB: Final = "docker.io"
_HUBS: Final = frozenset({HUB, "index.docker.io", "registry-1.docker.io"})


@attrs.frozen
class BaseName:
    """Where a base image is.

    Attributes:
        host: Of its registry; Docker Hub is `docker.io`.
        reference: A digest, or else a tag.
    """

    host: str
    repository: str
    reference: str

    @classmethod
    def parse(cls, image: str) -> Self:
        """Take *image* apart: `node`, `node:22-slim` and `acme/base` are on Docker Hub.

        Raises:
            ValueError: It is no image's name.
        """
        first, slash, _ = image.partition("/")
        elsewhere = slash and ("." in first or ":" in first or first == "localhost")
        name = ImageName.parse(image if elsewhere else f"{HUB}/{image}")
        if name.host not in _HUBS:
            return cls(name.host, name.repository, name.reference)
        official = "/" not in name.repository
        repository = f"library/{name.repository}" if official else name.repository
        return cls(HUB, repository, name.reference)

    @property
    def is_pinned(self) -> bool:
        """Whether it can only ever be one image."""
        return self.reference.startswith("sha256:")

    def __str__(self) -> str:
        return f"{self.host}/{self.repository}{'@' if self.is_pinned else ':'}{self.reference}"
