"""An image's name, taken apart."""

import re
from typing import Final, Self

import attrs

_PART: Final = r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*"
_PATH: Final = rf"{_PART}(?:/{_PART})*"
_HOST: Final = r"[A-Za-z0-9][A-Za-z0-9.-]*(?::(?P<port>[0-9]{1,5}))?"
_REGISTRY: Final = re.compile(rf"{_HOST}(?:/{_PATH})?")
_LAST_PORT: Final = 65535
_NAME: Final = re.compile(
    rf"(?P<host>{_HOST})/(?P<repository>{_PATH})"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
    r"(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


@attrs.frozen
class ImageName:
    """`host/repository:tag`.

    Attributes:
        tag: `latest` if the name gives none, as it is for everybody who reads names of images.
        digest: If the name pins the image; then the tag counts for nothing.
    """

    host: str
    repository: str
    tag: str = "latest"
    digest: str | None = None

    @classmethod
    def parse(cls, image: str) -> Self:
        """Take *image* apart.

        Raises:
            ValueError: It is no image's name, or has no host.
        """
        match = _NAME.fullmatch(image)
        if match is None:
            message = f"{image!r} names no image; it must be registry/repository:tag"
            raise ValueError(message)
        return cls(match["host"], match["repository"], match["tag"] or "latest", match["digest"])

    @property
    def reference(self) -> str:
        """What the registry is asked for in the repository."""
        return self.digest or self.tag


def is_registry(name: str) -> bool:
    """Whether *name* may stand before a repository: a host, and perhaps a path."""
    match = _REGISTRY.fullmatch(name)
    return match is not None and int(match["port"] or 0) <= _LAST_PORT
