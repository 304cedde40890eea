"""Contexts that are not packed: packing is measured by itself."""

import hashlib
from pathlib import Path

from knative_lambda.domain.request import BuildRequest
from knative_lambda.ports.context_packer import PackedContext


async def unpacked(_self: object, tree: Path, request: BuildRequest) -> PackedContext:  # noqa: ARG001 - the port's
    """In place of `ContextPacker.pack`: each function has a content of its own, and no file."""
    content = hashlib.sha256(repr(request.function).encode()).hexdigest()
    return PackedContext(
        content_hash=content,
        tree_hash=content,
        files=1,
        pieces=lambda: [b""],
        dockerfile="FROM base\nRUN make\n",
        digests={},
        size=0,
        pinned=True,
        platforms=None,
        layer=lambda _copy: [],
        components=lambda: (),
    )
