"""A registry in memory with all that is in it, that keeps its rules or breaks them."""

import asyncio
from collections.abc import AsyncGenerator, Callable

import attrs

from knative_lambda.adapters.oci.digests import digest_of
from knative_lambda.adapters.oci.repository import Blob, Manifest, Repository
from knative_lambda.domain.errors import SetupError


@attrs.define
class Shelf:
    """What is in one repository."""

    blobs: dict[str, bytes] = attrs.field(factory=dict)
    manifests: dict[str, Manifest] = attrs.field(factory=dict)
    tags: dict[str, str] = attrs.field(factory=dict)
    attached: dict[str, Manifest] = attrs.field(factory=dict)


def _go_on(_call: str, _repository: str, _what: str) -> None:
    return


@attrs.define(eq=False)
class BlobRegistry:
    """Its repositories come to be as they are pushed to.

    Attributes:
        mounts: Whether blobs are mounted from one repository into another.
        immutable: Whether tags stay.
        before: Called before each call, with its name, its repository and what it is about.
        calls: All of those.
    """

    mounts: bool = True
    immutable: bool = False
    before: Callable[[str, str, str], None] = _go_on
    shelves: dict[str, Shelf] = attrs.field(factory=dict)
    calls: list[tuple[str, str, str]] = attrs.field(factory=list)

    def repository(self, name: str) -> "ShelvedRepository":
        """The one of that name."""
        return ShelvedRepository(name, self)

    def shelf(self, name: str) -> Shelf:
        """What is in it."""
        return self.shelves.setdefault(name, Shelf())

    def made(self, call: str) -> list[tuple[str, str]]:
        """The repositories and the objects of all those calls."""
        return [(where, what) for name, where, what in self.calls if name == call]

    def called(self, call: str, repository: str, what: str) -> Shelf:
        """Note a call, unless it is to fail."""
        self.calls.append((call, repository, what))
        self.before(call, repository, what)
        return self.shelf(repository)


class ShelvedRepository(Repository):
    """One of its repositories."""

    def __init__(self, name: str, registry: BlobRegistry) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "registry", registry)

    registry: BlobRegistry

    def _called(self, call: str, what: str) -> Shelf:
        return self.registry.called(call, self.name, what)

    async def has(self, digest: str) -> bool:
        return digest in self._called("has", digest).blobs

    async def mount(self, digest: str, source: str) -> bool:
        shelf = self._called("mount", digest)
        await asyncio.sleep(0)
        there = self.registry.shelf(source).blobs
        if self.registry.mounts and digest in there:
            shelf.blobs[digest] = there[digest]
        return digest in shelf.blobs

    async def send(self, blob: Blob) -> int:
        shelf = self._called("send", blob.digest)
        await asyncio.sleep(0)
        if blob.digest in shelf.blobs:
            return 0
        with blob.opened() as file:
            content = file.read()
        assert (digest_of(content), len(content)) == (blob.digest, blob.size)
        shelf.blobs[blob.digest] = content
        return blob.size

    async def fetch(self, digest: str, most: int = 1 << 40) -> AsyncGenerator[bytes, None]:
        content = self._called("fetch", digest).blobs.get(digest)
        if content is None or len(content) > most:
            raise SetupError(f"{digest} is not there, or larger than {most}")
        for start in range(0, len(content), 7):
            yield content[start : start + 7]

    async def manifest(self, reference: str) -> Manifest | None:
        shelf = self._called("manifest", reference)
        return shelf.manifests.get(shelf.tags.get(reference, reference))

    async def tag(self, manifest: Manifest, tag: str) -> str | None:
        shelf = self._called("tag", tag)
        if self.registry.immutable and shelf.tags.get(tag, manifest.digest) != manifest.digest:
            return None
        shelf.manifests[manifest.digest] = manifest
        if tag != manifest.digest:
            shelf.tags[tag] = manifest.digest
        return manifest.digest

    async def attach(self, manifest: Manifest) -> str | None:
        self._called("attach", manifest.digest).attached[manifest.digest] = manifest
        return manifest.digest
