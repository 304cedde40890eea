"""Small images that others can stand on, or that builders could have made."""

import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from support.blob_registry import BlobRegistry

from knative_lambda.adapters.assembling.base import PlatformImage
from knative_lambda.adapters.assembling.documents import Descriptor, Platform
from knative_lambda.adapters.oci.digests import digest_of
from knative_lambda.adapters.oci.repository import Manifest

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
DOCKER = {
    MANIFEST: "application/vnd.docker.distribution.manifest.v2+json",
    INDEX: "application/vnd.docker.distribution.manifest.list.v2+json",
    CONFIG: "application/vnd.docker.container.image.v1+json",
    LAYER: "application/vnd.docker.image.rootfs.diff.tar.gzip",
}
CREATED = "2026-01-02T03:04:05Z"


@attrs.frozen
class Written:
    """An image for one platform, as bytes.

    Attributes:
        layers: Compressed.
    """

    manifest: Manifest
    config: bytes
    layers: tuple[bytes, ...]
    platform: Mapping[str, str]


def written(
    architecture: str = "amd64",
    contents: Sequence[bytes] = (b"one", b"two"),
    run: Mapping[str, Any] | None = None,
    kinds: Mapping[str, str] | None = None,
    **more: Any,
) -> Written:
    """An image of *architecture* with a layer of each of *contents*."""
    layers = tuple(gzip.compress(content, mtime=0) for content in contents)
    config = {
        "architecture": architecture,
        "os": "linux",
        "created": CREATED,
        "config": {"Env": ["PATH=/usr/bin"], "Cmd": ["sh"]} if run is None else run,
        "rootfs": {"type": "layers", "diff_ids": [digest_of(content) for content in contents]},
        "history": [{"created_by": f"RUN {number}"} for number, _ in enumerate(contents)],
        **more,
    }
    body = json.dumps(config).encode()
    named = {kind: (kinds or {}).get(kind, kind) for kind in (MANIFEST, CONFIG, LAYER)}
    manifest = {
        "schemaVersion": 2,
        "mediaType": named[MANIFEST],
        "config": described(named[CONFIG], body),
        "layers": [described(named[LAYER], layer) for layer in layers],
    }
    platform = {"os": "linux", "architecture": architecture}
    return Written(Manifest(named[MANIFEST], json.dumps(manifest).encode()), body, layers, platform)


def described(kind: str, content: bytes) -> dict[str, Any]:
    """*content* as manifests describe it."""
    return {"mediaType": kind, "digest": digest_of(content), "size": len(content)}


def index_of(images: Sequence[Written], kind: str = INDEX) -> Manifest:
    """An index of *images*."""
    members = [
        {
            **described(image.manifest.media_type, image.manifest.body),
            "platform": image.platform,
        }
        for image in images
    ]
    index = {"schemaVersion": 2, "mediaType": kind, "manifests": members}
    return Manifest(kind, json.dumps(index).encode())


def push(registry: BlobRegistry, repository: str, tag: str, *images: Written) -> Manifest:
    """Have *images* there, with an index over them if they are several."""
    shelf = registry.shelf(repository)
    for image in images:
        for blob in (image.config, *image.layers):
            shelf.blobs[digest_of(blob)] = blob
        shelf.manifests[image.manifest.digest] = image.manifest
    top = images[0].manifest if len(images) == 1 else index_of(images)
    return push_manifest(registry, repository, tag, top)


def push_manifest(
    registry: BlobRegistry, repository: str, tag: str, manifest: Manifest
) -> Manifest:
    """Have *manifest* there under *tag*."""
    shelf = registry.shelf(repository)
    shelf.manifests[manifest.digest] = manifest
    shelf.tags[tag] = manifest.digest
    return manifest


def read(run: Mapping[str, Any] | None = None, **more: Any) -> PlatformImage:
    """An image that runs so, as it is read."""
    image = written(run=run, **more)
    config, manifest = json.loads(image.config), json.loads(image.manifest.body)
    return PlatformImage(
        Platform.read(config),
        image.manifest,
        Descriptor.read(manifest["config"]),
        tuple(Descriptor.read(layer) for layer in manifest["layers"]),
        config,
        tuple(config["rootfs"]["diff_ids"]),
    )
