"""No images are put together on this machine: a build there leaves a folder that is run."""

from knative_lambda.ports.image_assembler import (
    Assembled,
    CannotAppendError,
    ImageAssembler,
    ImageSpec,
)


class LocalImageAssembler(ImageAssembler):
    """Leaves every image to a build."""

    async def assemble(self, spec: ImageSpec) -> Assembled:  # noqa: ARG002 - whatever it is
        """Refuse it."""
        raise CannotAppendError("this machine has no registry to put an image together in")

    async def keep(self, image: str, digest: str, kept: str) -> bool:  # noqa: ARG002 - whatever it is
        """There is no layer to be kept."""
        return False
