"""A base for functions to stand on: an index of two platforms, as large as that of Node.js."""

import gzip
import hashlib
import io
import json
import random
import tarfile
from collections.abc import Mapping
from typing import Any, Final

import aiohttp

LAYER: Final = 30_000_000  # bytes that do not shrink
_INDEX: Final = "application/vnd.oci.image.index.v1+json"
_MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
_CONFIG: Final = "application/vnd.oci.image.config.v1+json"
_TAR: Final = "application/vnd.oci.image.layer.v1.tar+gzip"


async def push_base(registry: str, repository: str, tag: str) -> str:
    """Push it to *registry*, a host that is open to everybody; its name."""
    async with aiohttp.ClientSession(f"http://{registry}/v2/{repository}/") as session:
        members = [await _image(session, platform) for platform in ("amd64", "arm64")]
        index = {"schemaVersion": 2, "mediaType": _INDEX, "manifests": members}
        await _put(session, f"manifests/{tag}", json.dumps(index).encode(), _INDEX)
    return f"{registry}/{repository}:{tag}"


async def _image(session: aiohttp.ClientSession, architecture: str) -> Mapping[str, Any]:
    tar = _layer(architecture)
    packed = gzip.compress(tar, 1, mtime=0)
    config = {
        "architecture": architecture,
        "os": "linux",
        "created": "2026-01-01T00:00:00Z",
        "config": {
            "Env": ["PATH=/usr/local/bin:/usr/bin:/bin"],
            "Entrypoint": ["docker-entrypoint.sh"],
            "Cmd": ["node"],
        },
        "rootfs": {"type": "layers", "diff_ids": [_digest(tar)]},
        "history": [{"created": "2026-01-01T00:00:00Z", "created_by": "the base"}],
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "config": await _blob(session, json.dumps(config).encode(), _CONFIG),
        "layers": [await _blob(session, packed, _TAR)],
    }
    body = json.dumps(manifest).encode()
    await _put(session, f"manifests/{_digest(body)}", body, _MANIFEST)
    platform = {"os": "linux", "architecture": architecture}
    return {**_described(body, _MANIFEST), "platform": platform}


def _layer(architecture: str) -> bytes:
    held = io.BytesIO()
    content = random.Random(architecture).randbytes(LAYER)  # noqa: S311 - it protects nothing
    with tarfile.open(fileobj=held, mode="w") as archive:
        entry = tarfile.TarInfo("usr/local/bin/node")
        entry.size, entry.mode = len(content), 0o755
        archive.addfile(entry, io.BytesIO(content))
    return held.getvalue()


async def _blob(session: aiohttp.ClientSession, content: bytes, kind: str) -> Mapping[str, Any]:
    async with session.post("blobs/uploads/") as started:
        place = started.headers["Location"]
    joined = "&" if "?" in place else "?"
    await _put(session, f"{place}{joined}digest={_digest(content)}", content, kind)
    return _described(content, kind)


async def _put(session: aiohttp.ClientSession, place: str, content: bytes, kind: str) -> None:
    async with session.put(place, data=content, headers={"Content-Type": kind}) as answer:
        if not answer.ok:
            raise RuntimeError(f"the registry does not take the base: {await answer.text()}")


def _described(content: bytes, kind: str) -> Mapping[str, Any]:
    return {"mediaType": kind, "digest": _digest(content), "size": len(content)}


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
