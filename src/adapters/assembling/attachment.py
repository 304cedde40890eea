"""What is told about an image, attached to it."""

from typing import Final

import structlog

from knative_lambda.adapters.assembling import manifests
from knative_lambda.adapters.assembling.blobs import held
from knative_lambda.adapters.assembling.together import together
from knative_lambda.adapters.oci.repository import Manifest, Repository
from knative_lambda.domain.errors import BuilderError

_EMPTY: Final = held(b"{}")
_log = structlog.get_logger()


async def attached(repository: Repository, image: Manifest, sbom: bytes) -> str | None:
    """Attach the list of what is in *image*, which is there by its digest from then on.

    An image is as good without: `None` says that it could not be attached.
    """
    document = held(sbom)
    about = manifests.about(image, manifests.CYCLONEDX, _EMPTY, document)
    try:
        # Some registries take nothing about what is not there.
        works = (repository.send(_EMPTY), repository.send(document))
        await together([repository.tag(image, image.digest), *works])
        return await repository.attach(about)
    except BuilderError as error:
        _log.warning("sbom.unattached", repository=repository.name, error=str(error))
        return None
