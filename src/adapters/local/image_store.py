"""Images as folders."""

import asyncio
import shutil
import tempfile
from pathlib import Path

import attrs

from knative_lambda.adapters.local.tree_digest import digest_of
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.images import without_version
from knative_lambda.ports.image_registry import ImageRegistry


@attrs.frozen
class LocalImageRegistry(ImageRegistry):
    """`{state}/images/{repository}/{tag}/` holds `root/`, the app's folder, and the file `digest`.

    The registry's host counts for nothing: whatever it is called, it is this one.
    """

    state: Path

    async def ensure(self, repository: str) -> None:
        """Make its folder."""
        try:
            (self._images / _repository(f"any/{repository}")).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"the images cannot be reached: {error.strerror}"
            raise TransientError(message) from error

    async def digest(self, image: str) -> str | None:
        """What stands in the tag's file."""
        return _digest(self._tagged(image))

    async def push(self, image: str, folder: Path) -> str:
        """Move *folder*, of the same file system, in; the digest that the tag has from now on.

        A tag that is there keeps what it has. Cancelled, it has pushed nothing and never will.
        """
        digest = await asyncio.to_thread(digest_of, folder)
        return self._push(self._tagged(image), folder, digest)

    def _push(self, place: Path, folder: Path, digest: str) -> str:
        place.parent.mkdir(parents=True, exist_ok=True)
        # A name that no repository and no tag can have.
        incoming = Path(tempfile.mkdtemp(dir=self._images, prefix=".incoming-"))
        folder.rename(incoming / "root")
        (incoming / "digest").write_text(digest, encoding="ascii")
        try:
            incoming.rename(place)
        except OSError:
            shutil.rmtree(incoming)
            first = _digest(place)
            if first is None:
                raise
            return first
        return digest

    async def path(self, image: str) -> Path | None:
        """The app's folder of `registry/repository:tag` or `registry/repository@sha256:...`."""
        _, at, digest = image.partition("@")
        if not at:
            place = self._tagged(image)
            return place / "root" if _digest(place) is not None else None
        return await asyncio.to_thread(self._by_digest, _repository(image), digest)

    def _by_digest(self, repository: str, digest: str) -> Path | None:
        tags = (self._images / repository).glob("*/digest")
        found = (place.parent for place in tags if _digest(place.parent) == digest)
        return next((place / "root" for place in found), None)

    @property
    def _images(self) -> Path:
        return self.state / "images"

    def _tagged(self, image: str) -> Path:
        tag = image.removeprefix(without_version(image)).removeprefix(":")
        if tag in {"", ".", ".."} or "/" in tag or "@" in tag:
            message = f"{image!r} names no image; it must be registry/repository:tag"
            raise ValueError(message)
        return self._images / _repository(image) / tag


def _repository(image: str) -> str:
    repository = without_version(image).partition("/")[2]
    if not {"", ".", ".."}.isdisjoint(repository.split("/")):
        message = f"{image!r} names no image; it must be registry/repository:tag"
        raise ValueError(message)
    return repository


def _digest(place: Path) -> str | None:
    try:
        return (place / "digest").read_text(encoding="ascii")
    except (FileNotFoundError, NotADirectoryError):
        return None
