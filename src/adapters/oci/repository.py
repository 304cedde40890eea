"""One repository of a registry, as somebody who pushes and pulls: blobs and manifests.

Source: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
"""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from typing import IO

import attrs


@attrs.frozen
class Blob:
    """Content that is to be in a repository.

    Attributes:
        digest: `sha256:...`.
        size: In bytes.
        opened: Gives it to be read from its start; may be asked for several times.
    """

    digest: str
    size: int
    opened: Callable[[], AbstractContextManager[IO[bytes]]] = attrs.field(repr=False)


@attrs.frozen
class Manifest:
    """A manifest or an index, byte for byte.

    Attributes:
        media_type: Of it.
    """

    media_type: str
    body: bytes = attrs.field(repr=False)

    @property
    def digest(self) -> str:
        """`sha256:...` of its bytes."""
        return f"sha256:{hashlib.sha256(self.body).hexdigest()}"


@attrs.frozen
class Repository:
    """Reads and writes there; what goes wrong for a moment is tried again a few times."""

    name: str

    async def has(self, digest: str) -> bool:
        """Whether the blob is there."""
        raise NotImplementedError

    async def mount(self, digest: str, source: str) -> bool:
        """Have the blob here that the repository *source* of the same registry has.

        Returns:
            False where the registry does not do that: nothing is begun then.
        """
        raise NotImplementedError

    async def send(self, blob: Blob) -> int:
        """Have *blob* here; gives the bytes that were sent: none if it is there.

        Raises:
            SetupError: The registry refuses.
            TransientError: It cannot be reached, or took something else than what was sent.
        """
        raise NotImplementedError

    def fetch(self, digest: str) -> AsyncIterator[bytes]:
        """The blob, piece by piece; TransientError at the end if it is not what *digest* says."""
        raise NotImplementedError

    async def manifest(self, reference: str) -> Manifest | None:
        """What a tag or a digest stands for, if it is there."""
        raise NotImplementedError

    async def tag(self, manifest: Manifest, tag: str) -> str | None:
        """Put *manifest* under *tag*, or under its own digest if that is what *tag* is.

        Returns:
            Its digest; `None` where the tag is there, and cannot be overwritten.
        """
        raise NotImplementedError

    async def attach(self, manifest: Manifest) -> str | None:
        """Put *manifest*, which has a `subject`, so that whoever has the subject finds it.

        Where the registry does not list referrers, the tag that the specification names for it
        does; where that cannot be written, nothing is attached.

        Returns:
            Its digest; `None`: it is not attached.
        """
        raise NotImplementedError
