"""Images as a repository has them: their manifests and configurations, read."""

from collections.abc import Iterator
from contextlib import aclosing
from typing import Final

import attrs

from knative_lambda.adapters.assembling.base import Base, PlatformImage
from knative_lambda.adapters.assembling.documents import (
    INDICES,
    MANIFESTS,
    OCI_LAYER,
    Descriptor,
    Platform,
    UnreadableError,
    a_digest,
    a_list,
    an_object,
    parsed,
)
from knative_lambda.adapters.assembling.origin import Source
from knative_lambda.adapters.assembling.together import together
from knative_lambda.adapters.oci.repository import Manifest

_LARGEST: Final = 4 << 20  # bytes of a configuration
_LAYERS: Final = {
    "application/vnd.docker.image.rootfs.diff.tar": "application/vnd.oci.image.layer.v1.tar",
    "application/vnd.docker.image.rootfs.diff.tar.gzip": OCI_LAYER,
    "application/vnd.docker.image.rootfs.diff.tar.zstd": (
        "application/vnd.oci.image.layer.v1.tar+zstd"
    ),
}
_READABLE: Final = frozenset(_LAYERS.values())


async def read(source: Source, manifest: Manifest) -> Base:
    """The image of *manifest*, on all platforms of Linux that it is for.

    Raises:
        UnreadableError: It is none that could be stood on.
    """
    if manifest.media_type in MANIFESTS:
        return Base(manifest.digest, (await read_one(source, manifest),))
    if manifest.media_type not in INDICES:
        raise UnreadableError("neither a manifest nor an index")
    found = await together(
        _member(source, platform, digest) for platform, digest in _members(manifest)
    )
    if not found:
        raise UnreadableError("an index without a platform")
    return Base(manifest.digest, tuple(found))


async def read_one(source: Source, manifest: Manifest) -> PlatformImage:
    """The image of *manifest*, which is no index."""
    fields = parsed(manifest.body)
    described = Descriptor.read(fields.get("config"))
    layers = tuple(layer(each) for each in a_list(fields.get("layers")))
    config = parsed(await content(source, described))
    rootfs = an_object(config.get("rootfs"))
    diff_ids = tuple(a_digest(each) for each in a_list(rootfs.get("diff_ids")))
    if len(diff_ids) != len(layers):
        raise UnreadableError("as many layers are told as there are not")
    an_object(config.get("config") or {})
    for entry in a_list(config.get("history")):
        an_object(entry)
    platform = Platform.read(config)
    return PlatformImage(platform, manifest, described, layers, config, diff_ids)


async def content(source: Source, described: Descriptor) -> bytes:
    """A small blob."""
    if described.size > _LARGEST:
        raise UnreadableError("a configuration that is too large")
    body = bytearray()
    async with aclosing(source.fetch(described.digest, described.size)) as pieces:
        async for piece in pieces:
            body += piece
    if len(body) != described.size:
        raise UnreadableError("a blob of another size than is told")
    return bytes(body)


def _members(manifest: Manifest) -> Iterator[tuple[Platform, str]]:
    """The platforms of an index; a repeated one counts once, as its first, as for runtimes."""
    seen = set()
    for entry in a_list(parsed(manifest.body).get("manifests")):
        described = Descriptor.read(entry)
        # What has no platform, or an unknown one, is told about an image, and is none.
        if described.media_type not in MANIFESTS or "platform" not in entry:
            continue
        platform = Platform.read(entry["platform"])
        if platform.system == "linux" and platform not in seen:
            seen.add(platform)
            yield platform, described.digest


async def _member(source: Source, platform: Platform, digest: str) -> PlatformImage:
    manifest = await source.manifest(digest)
    if manifest is None:
        raise UnreadableError("an index whose images are not there")
    image = await read_one(source, manifest)
    if image.platform.architecture != platform.architecture:
        raise UnreadableError("an index with an image of another platform")
    return attrs.evolve(image, platform=platform)  # an image often leaves its variant out


def layer(value: object) -> Descriptor:
    """The layer that *value* describes, in the words of OCI."""
    described = Descriptor.read(value)
    kind = _LAYERS.get(described.media_type, described.media_type)
    if kind not in _READABLE:
        raise UnreadableError(f"a layer of the type {kind[:100]!r}")
    return Descriptor(kind, described.digest, described.size)
