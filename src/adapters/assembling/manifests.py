"""The manifests of images of ours, and the index over them."""

from collections.abc import Mapping, Sequence

from knative_lambda.adapters.assembling.documents import (
    OCI_CONFIG,
    OCI_INDEX,
    OCI_MANIFEST,
    Descriptor,
    Platform,
    encoded,
)
from knative_lambda.adapters.oci.repository import Blob, Manifest

CYCLONEDX = "application/vnd.cyclonedx+json"
_EMPTY = "application/vnd.oci.empty.v1+json"


def image(config: Blob, layers: Sequence[Descriptor], annotations: Mapping[str, str]) -> Manifest:
    """That of an image with *config*."""
    return _manifest(
        config=Descriptor(OCI_CONFIG, config.digest, config.size).written(),
        layers=[layer.written() for layer in layers],
        annotations=annotations,
    )


def described(manifest: Manifest) -> Descriptor:
    """What others call *manifest*."""
    return Descriptor(manifest.media_type, manifest.digest, len(manifest.body))


def part_tag(manifest: Manifest) -> str:
    """For what an index names: some registries remove what has no tag, as we tell ECR to."""
    return f"part-{manifest.digest.removeprefix('sha256:')}"


def top(images: Sequence[tuple[Platform, Manifest]], annotations: Mapping[str, str]) -> Manifest:
    """An index of *images*; of one alone, its own manifest."""
    if len(images) == 1:
        return images[0][1]
    index = {
        "schemaVersion": 2,
        "mediaType": OCI_INDEX,
        "manifests": [
            {**described(manifest).written(), "platform": platform.written()}
            for platform, manifest in images
        ],
        "annotations": annotations,
    }
    return Manifest(OCI_INDEX, encoded(index))


def about(subject: Manifest, kind: str, empty: Blob, document: Blob) -> Manifest:
    """That of *document*, of the type *kind*, which tells about *subject*."""
    return _manifest(
        artifactType=kind,
        config=Descriptor(_EMPTY, empty.digest, empty.size).written(),
        layers=[Descriptor(kind, document.digest, document.size).written()],
        subject=described(subject).written(),
    )


def _manifest(**fields: object) -> Manifest:
    manifest = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, **fields}
    return Manifest(OCI_MANIFEST, encoded(manifest))
