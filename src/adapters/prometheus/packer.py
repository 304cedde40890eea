"""A packer whose contexts tell how large they are, once they were read to their end."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import attrs

from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
from knative_lambda.adapters.prometheus.table import CONTEXT_BYTES
from knative_lambda.domain.request import BuildRequest
from knative_lambda.ports.context_packer import ContextPacker, PackedContext


@attrs.frozen
class WeighedContexts(ContextPacker):
    """Packs as the inner one does."""

    inner: ContextPacker
    metrics: PrometheusMetrics

    async def pack(self, tree: Path, request: BuildRequest) -> PackedContext:
        """As the inner one; a context that is not stored, since it is there, has no size."""
        packed = await self.inner.pack(tree, request)
        pieces = partial(self._weighed, packed.pieces)
        return PackedContext(packed.content_hash, packed.tree_hash, packed.files, pieces)

    def _weighed(self, pieces: Callable[[], Iterable[bytes]]) -> Iterator[bytes]:
        size = 0
        for piece in pieces():
            size += len(piece)
            yield piece
        self.metrics.of(CONTEXT_BYTES)[()].observe(size)
