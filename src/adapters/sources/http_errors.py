"""What goes wrong with HTTP, in the words of the port."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

import aiohttp

from knative_lambda.adapters.sources.refusals import not_found, rejected, unauthorized
from knative_lambda.domain.errors import SourceRefusedError, TransientError

_ABSENT: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_CLOSED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_LATER: Final = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
)


@contextmanager
def asking(host: str) -> Iterator[None]:
    """Translate what goes wrong while *host* is asked.

    Raises:
        SourceRefusedError: It cannot be trusted, or speaks no HTTP.
        TransientError: It cannot be reached now.
    """
    try:
        yield
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ServerFingerprintMismatch) as error:
        raise _untrusted(host) from error
    except aiohttp.ClientConnectorSSLError as error:
        raise rejected(f"source_url: {host} does not speak https as it should") from error
    except (aiohttp.ClientResponseError, aiohttp.InvalidURL) as error:
        raise rejected(f"source_url: {host} does not speak https as it should") from error
    except TimeoutError as error:
        raise TransientError("a source's host does not answer in time") from error
    except (aiohttp.ClientError, OSError) as error:
        message = f"a source's host cannot be reached: {type(error).__name__}"
        raise TransientError(message) from error


def refusal(status: int, shown: str, *, named: bool) -> SourceRefusedError | TransientError:
    """What the answer *status* to a request of the URL *shown* means.

    Args:
        named: Whether a credential was named.
    """
    if status in _ABSENT:
        hint = "" if named else ", or it is private: then name a credential in source_credentials"
        return not_found(f"source_url: {shown}: there is nothing{hint}")
    if status in _CLOSED:
        hint = (
            "the credential that source_credentials names does not open it"
            if named
            else "it is private, or not there: name a credential in source_credentials"
        )
        return unauthorized(f"source_url: {shown}: {hint}")
    if status in _LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TransientError(f"a source's host answered {status}")
    return rejected(f"source_url: {shown}: its server answered {status}")


def _untrusted(host: str) -> SourceRefusedError:
    return rejected(f"source_url: {host} has no certificate that is trusted here")
