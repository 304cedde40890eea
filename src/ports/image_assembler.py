"""Port: images that are put together in the registry, without running anything."""

from collections.abc import Callable, Iterable
from typing import Protocol

import attrs

from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.recipe import Copy, Recipe


class CannotAppendError(BuilderError):
    """This image cannot be put together in the registry, and trying again would not help.

    Its text is the reason, as words for the tenant: no host, path or credential of the platform.
    Its cause, if it has one, is for the operator.

    Attributes:
        reason: Why the build fails, if nothing else is to build it.
    """

    def __init__(self, message: str, reason: Reason = Reason.SOURCE_REJECTED) -> None:
        super().__init__(message)
        self.reason = reason


@attrs.frozen(kw_only=True)
class ImageSpec:
    """What an image is put together from.

    Attributes:
        image: `registry/repository:tag` to push to.
        recipe: How.
        labels: Besides those of the recipe, which they replace.
        layer: Gives the tar of a copy from the context, not compressed, piece by piece; equal
            copies of equal files give equal bytes. Raises TransientError when the source changes.
        platforms: Architectures, such as `amd64`, that native parts among the files are for;
            `None`: there are no such parts, and the files serve any.
        kept: The name under which the layer is kept that is copied from a stage; `None` if the
            recipe copies from none.
        sbom: A CycloneDX document to attach; `None`: there is none to make.
    """

    image: str
    recipe: Recipe
    labels: tuple[tuple[str, str], ...] = ()
    layer: Callable[[Copy], Iterable[bytes]] = attrs.field(repr=False)
    platforms: frozenset[str] | None = None
    kept: str | None = None
    sbom: bytes | None = attrs.field(default=None, repr=False)


@attrs.frozen(kw_only=True)
class Assembled:
    """An image that is there.

    Attributes:
        digest: What the registry gives for its tag.
        platforms: Such as `linux/amd64`.
        layers: How many it has on its base.
        sent: Bytes that were sent; what is there already is not sent again.
        sbom: The digest of what was attached; `None`: nothing was, or could be.
    """

    digest: str
    platforms: tuple[str, ...]
    layers: int
    sent: int
    sbom: str | None = None


class ImageAssembler(Protocol):
    """Where images are put together.

    Laws (`tests/contracts/image_assembler.py`):

    - What was assembled has its tag, and the digest that was told, on every platform of its base.
    - The same spec gives the same digest, and sends nothing that is there.
    - A tag that is there is left as it is, and its digest is told.
    - What fails midway leaves no tag that anybody asks for.
    - A layer that was kept is what an image with the same name of it gets; one that was not, or
      of another repository, cannot be appended.
    """

    async def assemble(self, spec: ImageSpec) -> Assembled:
        """Put the image of *spec* together, and tag it last.

        Raises:
            CannotAppendError: Its base or a layer of it is not to be had, or it is refused.
            SetupError: The registry refuses.
            TransientError: The registry cannot be reached now.
        """
        ...

    async def keep(self, image: str, digest: str, kept: str) -> bool:
        """Keep what the image of that *digest*, which was built, copied from a stage.

        Repeating it changes nothing.

        Args:
            image: `registry/repository:tag`.
            digest: Of the image, or of the index that it is in.
            kept: The name to keep it under, in the same repository.

        Returns:
            Whether it is kept: false where the image does not tell which layer that is.

        Raises:
            SetupError: The registry refuses.
            TransientError: The registry cannot be reached now.
        """
        ...
