"""What steps of a build have left, kept under a name of its own as a small artifact.

Its manifest has one layer, and a configuration that tells what the layer is.
"""

from typing import Final, Self

import attrs

from knative_lambda.adapters.assembling.blobs import held
from knative_lambda.adapters.assembling.documents import (
    OCI_MANIFEST,
    Descriptor,
    Platform,
    UnreadableError,
    a_digest,
    a_list,
    encoded,
    parsed,
)
from knative_lambda.adapters.assembling.origin import Source
from knative_lambda.adapters.assembling.reading import content, layer
from knative_lambda.adapters.oci.repository import Blob, Manifest

KIND: Final = "application/vnd.knative-lambda.dependencies.v1"
_CONFIG: Final = "application/vnd.knative-lambda.dependencies.config.v1+json"


@attrs.frozen
class KeptLayer:
    """One layer of an image that was built.

    Attributes:
        platform: It is for.
        created_by: What the image's history says of it.
    """

    described: Descriptor
    diff_id: str
    platform: Platform
    created_by: str

    @classmethod
    async def read(cls, source: Source, manifest: Manifest) -> Self:
        """The one that *manifest* keeps.

        Raises:
            UnreadableError: It keeps none.
        """
        fields = parsed(manifest.body)
        layers = a_list(fields.get("layers"))
        if fields.get("artifactType") != KIND or len(layers) != 1:
            raise UnreadableError("nothing that was kept")
        told = parsed(await content(source, Descriptor.read(fields.get("config"))))
        created_by = told.get("created_by")
        return cls(
            layer(layers[0]),
            a_digest(told.get("diff_id")),
            Platform.read(told),
            created_by if isinstance(created_by, str) else "",
        )

    @property
    def config(self) -> Blob:
        """What tells of it."""
        told = {
            **self.platform.written(),
            "diff_id": self.diff_id,
            "created_by": self.created_by,
        }
        return held(encoded(told))

    @property
    def manifest(self) -> Manifest:
        """What keeps it."""
        config = self.config
        described = Descriptor(_CONFIG, config.digest, config.size)
        manifest = {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "artifactType": KIND,
            "config": described.written(),
            "layers": [self.described.written()],
        }
        return Manifest(OCI_MANIFEST, encoded(manifest))
