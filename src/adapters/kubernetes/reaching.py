"""What keeps an API from answering, in the words of the ports, whichever client asks it."""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp

from knative_lambda.domain.errors import SetupError, TransientError


@contextmanager
def reaching() -> Iterator[None]:
    """Translate what goes wrong on the way to a Kubernetes API, and back.

    Raises:
        SetupError: The two do not trust, or do not understand, each other.
        TransientError: There is no answer, or only a part of it.
    """
    try:
        yield
    except TimeoutError as error:
        raise TransientError("the Kubernetes API cannot be reached: no answer in time") from error
    except aiohttp.ClientConnectorCertificateError as error:
        raise SetupError(
            "the Kubernetes API has a certificate that is not trusted: see the kubeconfig's "
            "certificate-authority, or the ca.crt of the ServiceAccount"
        ) from error
    except aiohttp.InvalidURL as error:
        raise SetupError(
            "the Kubernetes API has no address that can be read: see server in the kubeconfig"
        ) from error
    except aiohttp.ClientError as error:
        raise TransientError(
            f"the Kubernetes API cannot be reached: {type(error).__name__}"
        ) from error
