"""What a registry answers, or keeps to itself, in the words of the ports."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

import aiohttp

from knative_lambda.domain.errors import SetupError, TransientError

REFUSALS: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class RegistryRefusalError(SetupError):
    """The registry knows who asks, or wants to, and says no."""


@contextmanager
def asking(whom: str) -> Iterator[None]:
    """Translate what goes wrong on the way to *whom* and back.

    Raises:
        SetupError: The two do not trust, or do not understand, each other.
        TransientError: Anything else: it may be there later.
    """
    try:
        yield
    except TimeoutError as error:
        raise TransientError(f"{whom} cannot be reached: no answer in time") from error
    except aiohttp.ClientConnectorCertificateError as error:
        message = (
            f"{whom} has a certificate that is not trusted: set KLB_REGISTRY_CA_FILE to that of "
            "its authority"
        )
        raise SetupError(message) from error
    except aiohttp.ClientOSError as error:
        if _speaks_plainly(error):
            message = (
                f"{whom} does not speak TLS: name its host in KLB_INSECURE_REGISTRIES if that is "
                "meant"
            )
            raise SetupError(message) from error
        # Its words name the host, and no more of the URL.
        raise TransientError(f"{whom} cannot be reached: {error}") from error
    except aiohttp.ClientResponseError as error:
        message = (
            f"{whom} does not answer in HTTP: see what KLB_REGISTRY names, and whether it is "
            "encrypted"
        )
        raise SetupError(message) from error
    except aiohttp.ClientError as error:
        raise TransientError(f"{whom} cannot be reached: {type(error).__name__}") from error


def _speaks_plainly(error: aiohttp.ClientOSError) -> bool:
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    return isinstance(cause, ssl.SSLError) and cause.reason == "WRONG_VERSION_NUMBER"


def unexpected(whom: str, status: int) -> SetupError | TransientError:
    """The error for an answer that is neither yes, nor no, nor a refusal."""
    answered = f"{whom} answered {status}"
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TransientError(answered)
    return SetupError(f"{answered}, as no registry does: see what KLB_REGISTRY names")


def refused(whom: str, user: str | None, status: int) -> RegistryRefusalError:
    """The error for a refusal of what *user*, or nobody, asked."""
    if user is None:
        return RegistryRefusalError(
            f"{whom} lets nobody in without credentials ({status}): put those of a user who may "
            "read there into auths of the Docker configuration (DOCKER_CONFIG)"
        )
    return RegistryRefusalError(
        f"{whom} refuses the user {user!r} ({status}): see to the password in the Docker "
        "configuration (DOCKER_CONFIG), and let this user read the repository; if a repository "
        "that is missing is refused too, make it"
    )
