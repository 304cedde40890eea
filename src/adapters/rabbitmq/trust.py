"""Which certificates a broker may show."""

import ssl
from pathlib import Path

from knative_lambda.domain.errors import SetupError


def trusted(authority: Path | None) -> ssl.SSLContext:
    """Those signed by what is in the file *authority*, or by those the system trusts.

    Raises:
        SetupError: The file holds no certificates.
    """
    try:
        return ssl.create_default_context(cafile=authority)
    except OSError as error:
        message = f"KLB_RABBITMQ_CA_FILE: {authority}: must hold certificates in PEM form"
        raise SetupError(message) from error
