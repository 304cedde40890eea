"""Port: a source tree and its wrapper, packed as the context that is built."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

import attrs

from knative_lambda.domain.component import Component
from knative_lambda.domain.recipe import Copy
from knative_lambda.domain.request import BuildRequest


@attrs.frozen
class PackedContext:
    """A context ready to be stored.

    Attributes:
        content_hash: Over everything that shapes the image.
        tree_hash: Over the context's files alone.
        files: How many there are.
        pieces: Gives the gzip tar, piece by piece, while the source tree is there.
        dockerfile: As rendered.
        digests: Of each file that a COPY finds, which leaves out what `.dockerignore` names, by
            its path in the context: its mode as four octal digits, a space, and its content's
            SHA-256 in lower-case hex.
        size: Bytes of all files together.
        pinned: Whether an installation of what it depends on gives the same each time.
        platforms: Architectures, such as `amd64`, that native files of the source are for;
            `None`: it has none.
        layer: Gives the tar, not compressed, that a copy from the context adds to an image, while
            the source tree is there. Raises TransientError when the tree has changed, and
            CannotAppendError when two of its files do not go together.
        components: Gives what its lock files pin, while the source tree is there; it reads them,
            so it is called on a thread. Raises TransientError when the tree has changed.
    """

    content_hash: str
    tree_hash: str
    files: int
    pieces: Callable[[], Iterable[bytes]] = attrs.field(repr=False)
    dockerfile: str = attrs.field(repr=False)
    digests: Mapping[str, str] = attrs.field(repr=False)
    size: int
    pinned: bool
    platforms: frozenset[str] | None
    layer: Callable[[Copy], Iterable[bytes]] = attrs.field(repr=False)
    components: Callable[[], tuple[Component, ...]] = attrs.field(repr=False)


class ContextPacker(Protocol):
    """What turns a source tree into a context.

    Laws (`tests/contracts/context_packer.py`):

    - The same tree and request give the same hashes and the same bytes.
    - Another file, handler, runtime or build argument gives another content hash.
    - What only concerns serving (environment, triggers, scaling) leaves the hash alone.
    - What a lock file pins is told; one that cannot be read tells nothing, and refuses nothing.
    - A layer has the files that its copy names, and no others; the same files give the same bytes.
    """

    async def pack(self, tree: Path, request: BuildRequest) -> PackedContext:
        """Plan the context of *request* from the source in *tree*.

        Raises:
            SourceRefusedError: The tree cannot be built: what is wrong and what would be right.
            SetupError: What the operator set up for packing does not fit.
        """
        ...
