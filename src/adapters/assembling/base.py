"""An image that others stand on: what of it goes into theirs."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from knative_lambda.adapters.assembling.documents import Descriptor, Platform
from knative_lambda.adapters.oci.repository import Manifest


@attrs.frozen
class PlatformImage:
    """Its form for one platform.

    Attributes:
        manifest: Byte for byte.
        described: The configuration, as its manifest describes it.
        layers: From the lowest.
        config: The configuration, read.
        diff_ids: Of the layers.
    """

    platform: Platform
    manifest: Manifest
    described: Descriptor
    layers: tuple[Descriptor, ...]
    config: Mapping[str, Any] = attrs.field(repr=False)
    diff_ids: tuple[str, ...] = attrs.field(repr=False)


@attrs.frozen
class Base:
    """An image that others stand on.

    Attributes:
        digest: What its registry calls it.
        images: One for each platform.
    """

    digest: str
    images: tuple[PlatformImage, ...]

    @property
    def blobs(self) -> Sequence[Descriptor]:
        """All layers, each once."""
        return tuple(dict.fromkeys(layer for image in self.images for layer in image.layers))
