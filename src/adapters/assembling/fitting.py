"""Which images of a base an image is made on: one for each platform that all its files are for."""

from knative_lambda.adapters.assembling.base import Base, PlatformImage
from knative_lambda.adapters.assembling.kept_layer import KeptLayer
from knative_lambda.ports.image_assembler import CannotAppendError


def fitting(
    base: Base, architectures: frozenset[str] | None, kept: KeptLayer | None
) -> tuple[PlatformImage, ...]:
    """Those of *base* that files for *architectures* and the layer *kept* are for.

    Raises:
        CannotAppendError: There is none.
    """
    if any((image.config.get("config") or {}).get("OnBuild") for image in base.images):
        raise CannotAppendError("the base image has steps of its own for each build (ONBUILD)")
    images = base.images
    if kept is not None:
        images = tuple(image for image in images if image.platform == kept.platform)
    if architectures is not None:
        images = tuple(image for image in images if image.platform.architecture in architectures)
    if not images:
        raise CannotAppendError(_reason(base, architectures, kept))
    return images


def _reason(base: Base, architectures: frozenset[str] | None, kept: KeptLayer | None) -> str:
    there = ", ".join(sorted(image.platform.name for image in base.images))
    wanted = sorted(architectures or ())
    native = f"its native files are for {', '.join(wanted)}" if architectures is not None else ""
    built = f"its dependencies were built for {kept.platform.name}" if kept is not None else ""
    return f"{' and '.join(filter(None, (native, built)))}, and the base image is for {there}"
