"""Which certificates a registry may show."""

import ssl
from pathlib import Path

from knative_lambda.domain.errors import SetupError


def trusted(authority: Path | None, *, besides: bool) -> ssl.SSLContext:
    """Those in the file *authority*; those of the system without it, or *besides*; it blocks.

    Raises:
        SetupError: The file holds no certificates.
    """
    try:
        context = ssl.create_default_context(cafile=authority)
    except OSError as error:
        message = f"KLB_REGISTRY_CA_FILE: {authority}: must hold certificates in PEM form"
        raise SetupError(message) from error
    if authority is not None and besides:
        context.load_default_certs()
    return context
