"""What steps of a build have left, kept under a name of its own.

It is an image of that one layer, so that every registry takes it, and bears a type of ours.
"""

from typing import Any, Final, Self

import attrs

from knative_lambda.adapters.assembling.blobs import held
from knative_lambda.adapters.assembling.documents import (
    OCI_CONFIG,
    OCI_MANIFEST,
    Descriptor,
    Platform,
    UnreadableError,
    encoded,
    parsed,
)
from knative_lambda.adapters.assembling.origin import Source
from knative_lambda.adapters.assembling.reading import read_one
from knative_lambda.adapters.oci.repository import Blob, Manifest

KIND: Final = "application/vnd.knative-lambda.dependencies.v1"


@attrs.frozen
class KeptLayer:
    """One layer of an image that was built.

    Attributes:
        platform: It is for.
        created_by: What the image's history says of it, for who looks at what is kept.
    """

    described: Descriptor
    diff_id: str
    platform: Platform
    created_by: str = ""

    @classmethod
    async def read(cls, source: Source, manifest: Manifest) -> Self:
        """The one that *manifest* keeps.

        Raises:
            UnreadableError: It keeps none.
        """
        if parsed(manifest.body).get("artifactType") != KIND:
            raise UnreadableError("nothing that was kept")
        image = await read_one(source, manifest)
        if len(image.layers) != 1:
            raise UnreadableError("not one layer")
        return cls(image.layers[0], image.diff_ids[0], image.platform)

    @property
    def config(self) -> Blob:
        """What tells of it."""
        told: dict[str, Any] = {
            **self.platform.written(),
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": [self.diff_id]},
            "history": [{"created_by": self.created_by}],
        }
        return held(encoded(told))

    @property
    def manifest(self) -> Manifest:
        """What keeps it."""
        config = self.config
        manifest = {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "artifactType": KIND,
            "config": Descriptor(OCI_CONFIG, config.digest, config.size).written(),
            "layers": [self.described.written()],
        }
        return Manifest(OCI_MANIFEST, encoded(manifest))
