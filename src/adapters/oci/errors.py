"""What a registry answers, or keeps to itself, in the words of the ports."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

import aiohttp

from knative_lambda.adapters.oci.answer import Answer
from knative_lambda.domain.errors import SetupError, TransientError

REFUSALS: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)

_LATER: Final = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)


class RegistryRefusalError(SetupError):
    """The registry knows who asks, or wants to, and says no."""


class LaterError(TransientError):
    """The registry answered that it cannot do it now.

    Attributes:
        wait: Seconds that it wants to be left alone; 0: it does not say.
    """

    def __init__(self, message: str, wait: float = 0.0) -> None:
        super().__init__(message)
        self.wait = wait


class ChunkRefusedError(TransientError):
    """An upload in several parts is not taken, or got wrong; one in one part may be."""


class LostUploadError(TransientError):
    """An upload that was begun is not there any more; another may be begun."""


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
    except aiohttp.ClientResponseError as error:
        message = (
            f"{whom} does not answer in HTTP: see what KLB_REGISTRY names, and whether it is "
            "encrypted"
        )
        raise SetupError(message) from error
    except aiohttp.ClientError as error:
        if _speaks_plainly(error):
            message = (
                f"{whom} does not speak TLS: name its host in KLB_INSECURE_REGISTRIES if that is "
                "meant"
            )
            raise SetupError(message) from error
        raise TransientError(f"{whom} cannot be reached: {_words(error)}") from error


def _words(error: aiohttp.ClientError) -> str:
    # What does not connect names the host and the port; any other may name the whole URL.
    told = isinstance(error, aiohttp.ClientConnectorError)
    return str(error) if told else type(error).__name__


def _speaks_plainly(error: aiohttp.ClientError) -> bool:
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    return isinstance(cause, ssl.SSLError) and cause.reason == "WRONG_VERSION_NUMBER"


def overloaded(whom: str, answer: Answer) -> LaterError | None:
    """The error for an answer that may be another one later; `None`: it stays as it is."""
    later = answer.status in _LATER or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return LaterError(f"{whom} answered {answer.status}", answer.wait) if later else None


def unexpected(whom: str, answer: Answer) -> SetupError | TransientError:
    """The error for an answer that is neither yes, nor no, nor a refusal."""
    codes = f" ({', '.join(sorted(answer.codes))})" if answer.codes else ""
    return overloaded(whom, answer) or SetupError(
        f"{whom} answered {answer.status}{codes}, as no registry does: see what KLB_REGISTRY names"
    )


def refused(whom: str, user: str | None, status: int, advice: str) -> RegistryRefusalError:
    """The error for a refusal of what *user*, or a stranger, asked; *advice* is what to do."""
    if user is None:
        return RegistryRefusalError(
            f"{whom} lets nobody in without credentials ({status}): {advice}"
        )
    return RegistryRefusalError(f"{whom} refuses the user {user!r} ({status}): {advice}")
