"""Images are folders here, and made by building alone."""

import attrs

from knative_lambda.ports.image_assembler import (
    Assembled,
    CannotAppendError,
    ImageAssembler,
    ImageSpec,
)


@attrs.frozen
class NoImageAssembler(ImageAssembler):
    """Puts nothing together, and keeps nothing."""

    async def assemble(self, spec: ImageSpec) -> Assembled:  # noqa: ARG002 - nothing of it would do
        """Refuse it."""
        raise CannotAppendError("this machine builds and serves without images")

    async def keep(self, image: str, digest: str, kept: str) -> bool:  # noqa: ARG002 - the same
        """Keep nothing."""
        return False
