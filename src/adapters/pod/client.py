"""The Kubernetes API as a pod reaches it, with aiohttp alone."""

import json
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, Self

import aiohttp
import attrs
from yarl import URL

from knative_lambda.adapters.kubernetes.api import JSON, Query, StreamingApi
from knative_lambda.adapters.kubernetes.reaching import reaching
from knative_lambda.adapters.kubernetes.refusals import answered, refusal
from knative_lambda.domain.errors import SetupError

ACCOUNT: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_CONNECT: Final = 5.0  # seconds
_ANSWER: Final = 15.0


@attrs.define(eq=False)
class PodClient(StreamingApi):
    """Shows the token that lies in *account* at that moment: it is renewed every now and then.

    Attributes:
        server: Of the API.
        account: The folder of the ServiceAccount: its token, and whom to trust.
    """

    server: URL
    account: Path
    _session: aiohttp.ClientSession | None = attrs.field(default=None, init=False)

    @classmethod
    def of(cls, variables: Mapping[str, str], account: Path = ACCOUNT) -> Self:
        """That of the pod which has these *variables*.

        Raises:
            SetupError: They are not those of a pod.
        """
        host = variables.get("KUBERNETES_SERVICE_HOST", "")
        port = variables.get("KUBERNETES_SERVICE_PORT", "443")
        if not host or not port.isdecimal():
            raise SetupError("KUBERNETES_SERVICE_HOST and _PORT: every pod has them: is this one?")
        return cls(URL.build(scheme="https", host=host, port=int(port)), account)

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Query = (),
        content_type: str = JSON,
    ) -> Mapping[str, Any]:
        """The object that the API answers with, within a quarter of a minute.

        Raises:
            Refusal: The API says no.
            SetupError: We cannot sign in, or do not trust each other.
            TransientError: There is no answer.
        """
        data = None if body is None else json.dumps(body).encode()
        async with (
            self._asking() as session,
            session.request(
                method,
                self._url(path, query),
                data=data,
                headers=self._headers() | ({"Content-Type": content_type} if data else {}),
                timeout=aiohttp.ClientTimeout(total=_ANSWER, sock_connect=_CONNECT),
                allow_redirects=False,
            ) as response,
        ):
            status, content = response.status, await response.read()
        return answered(status, content)

    async def stream(self, path: str, query: Query, quiet: float) -> AsyncGenerator[bytes, None]:
        """What the API sends, piece by piece, until it ends that; *quiet* seconds in between.

        Raises:
            Refusal: The API says no.
            SetupError: As for `call`.
            TransientError: There is no answer, or it broke off.
        """
        async with (
            self._asking() as session,
            session.get(
                self._url(path, query),
                headers=self._headers(),
                timeout=aiohttp.ClientTimeout(sock_connect=_CONNECT, sock_read=quiet),
                allow_redirects=False,
            ) as response,
        ):
            if response.status != HTTPStatus.OK:
                raise refusal(response.status, await response.read())
            async for piece in response.content.iter_any():
                yield piece

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[aiohttp.ClientSession]:
        try:
            with reaching():
                yield self._opened()
        except SetupError:
            # Whom to trust may have changed: it is read again with the next connection.
            await self.close()
            raise

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            trust = _trusted(self.account / "ca.crt") if self.server.scheme == "https" else True
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust))
        return self._session

    def _headers(self) -> dict[str, str]:
        try:
            token = (self.account / "token").read_text("ascii").strip()
        except (OSError, ValueError) as error:
            raise _unusable("token") from error
        return {"Accept": JSON, "Authorization": f"Bearer {token}", "User-Agent": "knative-lambda"}

    def _url(self, path: str, query: Query) -> URL:
        return self.server.with_path(path).with_query(list(query))


def _trusted(file: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=file)
    except OSError as error:
        raise _unusable(file.name) from error


def _unusable(file: str) -> SetupError:
    return SetupError(f"{file}: cannot be used: mount the ServiceAccount's token in this container")
