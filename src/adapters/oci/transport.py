"""HTTP to a registry and its token server: bounded in time and size, and never led elsewhere."""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import aiohttp
import attrs
from multidict import CIMultiDictProxy
from yarl import URL

from knative_lambda.adapters.oci.errors import asking
from knative_lambda.domain.errors import SetupError

TIMEOUT: Final = 10.0  # seconds
MOST: Final = 4 << 20  # bytes: no registry has to take a manifest that is larger

_HOPS: Final = 3
_PIECE: Final = 1 << 16
_ELSEWHERE: Final = frozenset({301, 302, 303, 307, 308})


@attrs.frozen
class Answer:
    """A status, headers, and the body if it was asked for."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def challenges(self) -> Sequence[str]:
        """The lines of `WWW-Authenticate`."""
        return self.headers.getall("WWW-Authenticate", [])


@attrs.define(eq=False)
class Transport:
    """Connections, opened when they are needed.

    Attributes:
        authority: The file of the certificates to trust; `None`: those of the system.
        timeout: Seconds that one answer may take.
    """

    authority: Path | None = None
    timeout: float = TIMEOUT
    _session: aiohttp.ClientSession | None = attrs.field(default=None, init=False)
    _opening: asyncio.Lock = attrs.field(factory=asyncio.Lock, init=False)

    async def send(self, method: str, url: URL, headers: Mapping[str, str], whom: str) -> Answer:
        """Ask *whom* once, which is told of in errors.

        Raises:
            SetupError: There is something to mend.
            TransientError: There was no answer, or only a part of it.
        """
        session = await self._opened()
        with asking(whom):
            for _ in range(_HOPS):
                # By hand: what is to be shown to one origin must be seen by no other.
                async with session.request(
                    method, url, headers=headers, allow_redirects=False
                ) as response:
                    if response.status not in _ELSEWHERE:
                        body = await _body(response, whom)
                        return Answer(response.status, response.headers, body)
                    url = _next(response, whom)
        raise SetupError(f"{whom} redirects again and again: see what KLB_REGISTRY names")

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _opened(self) -> aiohttp.ClientSession:
        async with self._opening:
            if self._session is None:
                trust = await asyncio.to_thread(_trusted, self.authority)
                self._session = aiohttp.ClientSession(
                    connector=aiohttp.TCPConnector(ssl=trust),
                    cookie_jar=aiohttp.DummyCookieJar(),
                    headers={"User-Agent": "knative-lambda"},
                    timeout=aiohttp.ClientTimeout(self.timeout),
                )
            return self._session


def _trusted(authority: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=authority)
    except OSError as error:
        message = f"KLB_REGISTRY_CA_FILE: {authority}: must hold certificates in PEM form"
        raise SetupError(message) from error


async def _body(response: aiohttp.ClientResponse, whom: str) -> bytes:
    body = bytearray()
    async for piece in response.content.iter_chunked(_PIECE):
        body += piece
        if len(body) > MOST:
            raise SetupError(f"{whom} sends without end: see what KLB_REGISTRY names")
    return bytes(body)


def _next(response: aiohttp.ClientResponse, whom: str) -> URL:
    """Where *response* leads, if that is the same origin."""
    try:
        url = response.url.join(URL(response.headers.get("Location", "//")))
        same = url.origin() == response.url.origin()
    except ValueError:
        same = False
    if not same:
        raise SetupError(
            f"{whom} redirects to another host or port ({response.status}), which is not "
            "followed: let KLB_REGISTRY name the registry itself"
        )
    return url
