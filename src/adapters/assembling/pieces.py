"""All that an image is made of, brought into its repository: several at once, each once."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Final

import attrs

from knative_lambda.adapters.assembling import folders
from knative_lambda.adapters.assembling.base import PlatformImage
from knative_lambda.adapters.assembling.copies import Copies
from knative_lambda.adapters.assembling.documents import Descriptor
from knative_lambda.adapters.assembling.image_config import Added
from knative_lambda.adapters.assembling.kept_layer import KeptLayer
from knative_lambda.adapters.assembling.layer import Layer, room
from knative_lambda.adapters.assembling.together import bounded
from knative_lambda.adapters.oci.repository import Blob, Repository
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.recipe import Copy, Step
from knative_lambda.ports.image_assembler import ImageSpec

_AT_ONCE: Final = 8  # layers that are seen to

Content = Copy | tuple[str, ...]


@attrs.define(eq=False)
class Pieces:
    """Of the image of *spec* on each of *images*.

    Attributes:
        copies: Where the layers of *images* are.
        target: Where they are to be.
        sent: Bytes, until now.
    """

    spec: ImageSpec
    images: Sequence[PlatformImage]
    kept: KeptLayer | None
    copies: Copies
    target: Repository
    sent: int = 0
    _layers: dict[Content, Added] = attrs.field(factory=dict, init=False)

    async def bring(self) -> None:
        """Have all layers there."""
        layers = dict.fromkeys(layer for image in self.images for layer in image.layers)
        contents = dict.fromkeys(
            content for image in self.images for _, content in self._steps(image) if content
        )
        if self.kept is not None:
            known = Added("", self.kept.described, self.kept.diff_id)
            self._layers = {content: known for content in contents if _is_kept(content)}
        works = [partial(self._pack, each) for each in contents if each not in self._layers]
        works += [partial(self._mount, layer) for layer in layers]
        await bounded(_AT_ONCE, works)

    def added(self, image: PlatformImage) -> Sequence[Added]:
        """What each step adds to *image*, once all is there."""
        return [
            attrs.evolve(self._layers[content], words=step.words) if content else Added(step.words)
            for step, content in self._steps(image)
        ]

    def _steps(self, image: PlatformImage) -> Iterator[tuple[Step, Content]]:
        steps = self.spec.recipe.steps
        for step, made in zip(steps, folders.made(self.spec.recipe, image), strict=True):
            yield step, step.copy or made

    async def send(self, blob: Blob) -> None:
        """Have *blob* there, too."""
        self._count(await self.target.send(blob))

    def _count(self, sent: int) -> None:
        # Not in one line with what is awaited: others count meanwhile.
        self.sent += sent

    async def _mount(self, layer: Descriptor) -> None:
        self._count(await self.copies.bring(layer, self.target))

    async def _pack(self, content: Content) -> None:
        with room() as file:
            layer = await in_thread(lambda: Layer.packed(self._tar(content), file))
            await self.send(layer.blob)
        self._layers[content] = Added("", layer.described, layer.diff_id)

    def _tar(self, content: Content) -> Iterable[bytes]:
        return self.spec.layer(content) if isinstance(content, Copy) else folders.tar(content)


def _is_kept(content: Content) -> bool:
    return isinstance(content, Copy) and content.stage is not None
