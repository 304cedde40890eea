"""How large images are, as a registry keeps them and as a node unpacks them."""

import json
import tarfile
from pathlib import Path
from typing import Any

import attrs
from images.storage import Storage


@attrs.frozen
class Layer:
    """One layer of an image, in bytes.

    Attributes:
        packed: Of its archive.
        unpacked: Of the files in it.
    """

    packed: int
    unpacked: int


def layers(storage: Storage, image: str, folder: Path) -> list[Layer]:
    """Those of *image*, the lowest first, by way of the *folder*."""
    storage.run("push", "--quiet", image, f"oci:{folder}:image")
    (manifest,) = json.loads((folder / "index.json").read_text())["manifests"]
    return [
        Layer(layer["size"], _unpacked(_blob(folder, layer)))
        for layer in json.loads(_blob(folder, manifest).read_text())["layers"]
    ]


def _blob(folder: Path, described: dict[str, Any]) -> Path:
    algorithm, digest = str(described["digest"]).split(":")
    return folder / "blobs" / algorithm / digest


def _unpacked(archive: Path) -> int:
    with tarfile.open(archive) as members:
        return sum(member.size for member in members)
