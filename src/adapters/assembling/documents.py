"""What registries have written about images, read: strangers may have written it.

Source: https://github.com/opencontainers/image-spec/blob/v1.1.1/spec.md
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Self

import attrs

from knative_lambda.adapters.oci.digests import is_digest

OCI_INDEX: Final = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG: Final = "application/vnd.oci.image.config.v1+json"
OCI_LAYER: Final = "application/vnd.oci.image.layer.v1.tar+gzip"
INDICES: Final = (OCI_INDEX, "application/vnd.docker.distribution.manifest.list.v2+json")
MANIFESTS: Final = (OCI_MANIFEST, "application/vnd.docker.distribution.manifest.v2+json")

_WORD: Final = re.compile(r"[A-Za-z0-9._-]{1,32}")
_LARGEST: Final = 1 << 40  # bytes
_MOST: Final = 1000  # entries of anything


class UnreadableError(Exception):
    """It is not what an image has."""


@attrs.frozen
class Descriptor:
    """Content that is known by its digest.

    Attributes:
        size: In bytes.
    """

    media_type: str
    digest: str
    size: int

    @classmethod
    def read(cls, value: object) -> Self:
        """The one that *value* is."""
        fields = an_object(value)
        kind, size = fields.get("mediaType"), fields.get("size")
        if not isinstance(kind, str) or isinstance(size, bool) or not isinstance(size, int):
            raise UnreadableError("a descriptor has no type or no size")
        if not 0 <= size <= _LARGEST:
            raise UnreadableError(f"{size} bytes")
        return cls(kind, a_digest(fields.get("digest")), size)

    def written(self) -> dict[str, Any]:
        """As it stands in a manifest."""
        return {"mediaType": self.media_type, "digest": self.digest, "size": self.size}


@attrs.frozen
class Platform:
    """What an image runs on."""

    system: str
    architecture: str
    variant: str = ""

    @classmethod
    def read(cls, value: object) -> Self:
        """That of *value*, an index's entry of it or an image's configuration."""
        fields = an_object(value)
        words = [fields.get(name) or "" for name in ("os", "architecture", "variant")]
        if not all(isinstance(word, str) for word in words):
            raise UnreadableError("a platform is no text")
        if not all(_WORD.fullmatch(word) for word in words[:2]):
            raise UnreadableError("a platform without words")
        # The only one there is, and often left out.
        usual = words[1:] == ["arm64", "v8"] or not _WORD.fullmatch(words[2])
        return cls(words[0], words[1], "" if usual else words[2])

    @property
    def name(self) -> str:
        """Such as `linux/amd64`."""
        return "/".join(filter(None, (self.system, self.architecture, self.variant)))

    def written(self) -> dict[str, str]:
        """As it stands in an index, and in a configuration."""
        variant = {"variant": self.variant} if self.variant else {}
        return {"os": self.system, "architecture": self.architecture, **variant}


def an_object(value: object) -> Mapping[str, Any]:
    """*value*, if it is a JSON object."""
    if not isinstance(value, dict):
        raise UnreadableError("no object")
    return value


def a_list(value: object) -> Sequence[Any]:
    """*value*, if it is a list of a bearable length; nothing is an empty one."""
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > _MOST:
        raise UnreadableError("no list, or a very long one")
    return value


def a_digest(value: object) -> str:
    """*value*, if it is a SHA-256 digest."""
    if not isinstance(value, str) or not is_digest(value):
        raise UnreadableError("no digest that is known")
    return value


def parsed(body: bytes) -> Mapping[str, Any]:
    """The JSON object in *body*."""
    try:
        return an_object(json.loads(body))
    except (ValueError, RecursionError) as error:
        raise UnreadableError("no JSON") from error


def encoded(document: Mapping[str, Any]) -> bytes:
    """*document*, in one way of many: equal ones have equal digests."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
