"""An open way to a Kubernetes API, signed in as whoever this process is."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final, Self
from urllib.request import getproxies

import aiohttp
import attrs

from knative_lambda.adapters.kubernetes.api import JSON, Query
from knative_lambda.adapters.kubernetes.reaching import reaching
from knative_lambda.adapters.kubernetes.sdk import (
    Configuration,
    RESTClientObject,
    load_incluster_config,
    load_kube_config,
)
from knative_lambda.domain.errors import SetupError, TransientError

_ANSWER: Final = 30.0  # seconds that one may take
_SIGN_IN: Final = 30.0  # seconds; a program may be run that asks somebody else
_CONNECT: Final = 5.0
_TIMEOUT: Final = aiohttp.ClientTimeout(total=_ANSWER, sock_connect=_CONNECT)
_BUFFER: Final = 2 << 20  # bytes; more than the largest object, of which a watch sends whole lines
_DEFAULT: Final = "~/.kube/config"


@attrs.frozen
class _Sent:
    """The body of a request, and its content type."""

    body: object
    kind: str


@attrs.define(eq=False)
class Connection:
    """`KUBECONFIG` if it is set; in a pod, its ServiceAccount; else `~/.kube/config`.

    A ServiceAccount's token is read again every minute.
    """

    _configuration: Configuration
    _rest: RESTClientObject

    @classmethod
    async def open(cls) -> Self:
        """Ready to send; nothing is sent yet.

        Raises:
            SetupError: It cannot be known where the API is, or who we are.
        """
        configuration = await _configured()
        with _using():
            return cls(configuration, _heedless(RESTClientObject(configuration)))

    async def sign_in_again(self) -> None:
        """Get other credentials, if there are any: those of programs end.

        Raises:
            SetupError: As for `open`.
        """
        self._configuration = await _configured()

    async def send(
        self, method: str, path: str, body: object, query: Query, content_type: str
    ) -> tuple[int, bytes]:
        """Status and body of the answer.

        Raises:
            SetupError: The two do not trust, or do not understand, each other.
            TransientError: There is no answer, or only a part of it.
        """
        sent = _Sent(body, content_type)
        async with self._answer(method, path, query, _TIMEOUT, sent) as response:
            return response.status, await response.read()

    @asynccontextmanager
    async def receive(
        self, path: str, query: Query, quiet: float
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer to a GET, as it comes; *quiet* seconds in between.

        Raises:
            SetupError: As for `send`.
            TransientError: As for `send`.
        """
        timeout = aiohttp.ClientTimeout(sock_connect=_CONNECT, sock_read=quiet)
        async with self._answer("GET", path, query, timeout, _Sent(None, JSON)) as response:
            yield response

    @asynccontextmanager
    async def _answer(
        self, method: str, path: str, query: Query, within: aiohttp.ClientTimeout, sent: _Sent
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        with _using():
            shown = await self._configuration.get_api_key_with_prefix("BearerToken")
        headers = {"Accept": "application/json", "User-Agent": "knative-lambda"}
        headers |= {"Content-Type": sent.kind} | ({"Authorization": shown} if shown else {})
        with reaching():
            response = await self._rest.request(
                method,
                f"{self._configuration.host}{path}",
                query_params=dict(query),
                headers=headers,
                body=sent.body,
                _preload_content=False,  # else it decides what an error is, and logs the body
                _request_timeout=within,
            )
            async with response:
                yield response

    async def close(self) -> None:
        """Close the connections."""
        await self._rest.close()


def _heedless(rest: RESTClientObject) -> RESTClientObject:
    """*rest*, which looks for no `.netrc` and for no proxies before each call, in threads.

    What is in a `.netrc` would be refused, as who we are is said already; proxies that there are
    when this process begins are heeded.
    """
    if not getproxies():
        heeding = rest.pool_manager
        rest.pool_manager = aiohttp.ClientSession(connector=heeding.connector, read_bufsize=_BUFFER)
        heeding.detach()
    return rest


async def _configured() -> Configuration:
    configuration = Configuration()
    named = os.environ.get("KUBECONFIG", "")
    with _using():
        if not named and "KUBERNETES_SERVICE_HOST" in os.environ:
            load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]  # it has no hints
            return configuration
        files = named or _DEFAULT
        _expect_one_of(files)
        async with asyncio.timeout(_SIGN_IN):
            await load_kube_config(config_file=files, client_configuration=configuration)
    return configuration


def _expect_one_of(files: str) -> None:
    if not any(Path(file).expanduser().is_file() for file in files.split(os.pathsep) if file):
        raise SetupError(
            f"there is no cluster to use: this is no pod, and {files} is not there; "
            "let KUBECONFIG name a file"
        )


@contextmanager
def _using() -> Iterator[None]:
    """Translate what goes wrong with a kubeconfig or a ServiceAccount.

    Never in its own words, which quote the file.
    """
    try:
        yield
    except SetupError:
        raise
    except (aiohttp.ClientError, TimeoutError) as error:
        raise TransientError(
            f"no credentials for the Kubernetes API can be fetched now: {type(error).__name__}"
        ) from error
    except Exception as error:
        raise SetupError(
            "the kubeconfig that KUBECONFIG names, or the ServiceAccount of this pod, cannot be "
            f"used: {type(error).__name__}: see that kubectl works with it"
        ) from error
