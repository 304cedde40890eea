"""Port: a source tree and its wrapper, packed as the context that is built."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

import attrs

from knative_lambda.domain.request import BuildRequest


@attrs.frozen
class PackedContext:
    """A context ready to be stored.

    Attributes:
        content_hash: Over everything that shapes the image.
        tree_hash: Over the context's files alone.
        files: How many there are.
        pieces: Gives the gzip tar, piece by piece, while the source tree is there.
    """

    content_hash: str
    tree_hash: str
    files: int
    pieces: Callable[[], Iterable[bytes]] = attrs.field(repr=False)


class ContextPacker(Protocol):
    """What turns a source tree into a context.

    Laws (`tests/contracts/context_packer.py`):

    - The same tree and request give the same hashes and the same bytes.
    - Another file, handler, runtime or build argument gives another content hash.
    - What only concerns serving (environment, triggers, scaling) leaves the hash alone.
    """

    async def pack(self, tree: Path, request: BuildRequest) -> PackedContext:
        """Plan the context of *request* from the source in *tree*.

        Raises:
            SourceRefusedError: The tree cannot be built: what is wrong and what would be right.
            SetupError: What the operator set up for packing does not fit.
        """
        ...
