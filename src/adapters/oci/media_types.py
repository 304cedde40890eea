"""The kinds of manifests that an image may have."""

from typing import Final

OCI_INDEX: Final = "application/vnd.oci.image.index.v1+json"

MEDIA_TYPES: Final = (
    OCI_INDEX,
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
