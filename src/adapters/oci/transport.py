"""HTTP to a registry and its token server: bounded in time and size, and never led elsewhere."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
import attrs
from yarl import URL

from knative_lambda.adapters.oci.address import same_origin
from knative_lambda.adapters.oci.answer import Answer
from knative_lambda.adapters.oci.errors import asking
from knative_lambda.adapters.oci.request import Request
from knative_lambda.domain.errors import SetupError

TIMEOUT: Final = 10.0  # seconds
MOST: Final = 4 << 20  # bytes: no registry has to take a manifest that is larger
ELSEWHERE: Final = frozenset({301, 302, 303, 307, 308})

_SLOWEST: Final = 128 << 10  # bytes a second; what is slower is given up
_HOPS: Final = 3
_PIECE: Final = 1 << 16


@attrs.define(eq=False)
class Transport:
    """Connections, opened when they are needed.

    Attributes:
        trusted: Gives the certificates to trust; it blocks.
        timeout: Seconds that one answer may take, besides what its size allows.
    """

    trusted: Callable[[], ssl.SSLContext]
    timeout: float = TIMEOUT
    _session: aiohttp.ClientSession | None = attrs.field(default=None, init=False)
    _opening: asyncio.Lock = attrs.field(factory=asyncio.Lock, init=False)

    async def send(self, request: Request, whom: str, *, led: bool = False) -> Answer:
        """Ask *whom* once, which is told of in errors.

        Args:
            led: Whether an answer is one that leads to another origin.

        Raises:
            SetupError: There is something to mend.
            TransientError: There was no answer, or only a part of it.
        """
        async with self.opened(request, whom) as response:
            if response.status in ELSEWHERE and not led:
                raise SetupError(
                    f"{whom} redirects to another host or port ({response.status}), which is not "
                    "followed: let KLB_REGISTRY name the registry itself"
                )
            return Answer(response.status, response.headers, await _body(response, whom))

    @asynccontextmanager
    async def opened(self, request: Request, whom: str) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer of *whom*, to be read; if it leads anywhere, then to another origin.

        Raises:
            SetupError: There is something to mend.
            TransientError: There is no answer; also while it is read.
        """
        session = await self._opened()
        headers, body, url = dict(request.headers), request.body, request.url
        if body is not None:
            headers |= {"Content-Type": body.media_type, "Content-Length": str(body.size)}
        timeout = aiohttp.ClientTimeout(
            total=self.timeout + request.moved / _SLOWEST,
            sock_connect=self.timeout,
            sock_read=self.timeout if request.method == "GET" else None,
        )
        with asking(whom):
            for _ in range(_HOPS):
                # By hand: what is to be shown to one origin must be seen by no other.
                async with session.request(
                    request.method,
                    url,
                    headers=headers,
                    data=body.pieces() if body is not None else None,
                    allow_redirects=False,
                    timeout=timeout,
                ) as response:
                    following = _next(response)
                    if following is None:
                        yield response
                        return
                    url = following
        raise SetupError(f"{whom} redirects again and again: see what KLB_REGISTRY names")

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _opened(self) -> aiohttp.ClientSession:
        async with self._opening:
            if self._session is None:
                trust = await asyncio.to_thread(self.trusted)
                self._session = aiohttp.ClientSession(
                    # How much is under way is limited by who asks: to wait here for a connection
                    # would count as waiting for the answer.
                    connector=aiohttp.TCPConnector(ssl=trust, limit=0),
                    cookie_jar=aiohttp.DummyCookieJar(),
                    headers={"User-Agent": "knative-lambda", "Accept-Encoding": "identity"},
                )
            return self._session


async def _body(response: aiohttp.ClientResponse, whom: str) -> bytes:
    body = bytearray()
    async for piece in response.content.iter_chunked(_PIECE):
        body += piece
        if len(body) > MOST:
            raise SetupError(f"{whom} sends without end: see what KLB_REGISTRY names")
    return bytes(body)


def led_to(headers: Mapping[str, str], asked: URL) -> URL | None:
    """Where the `Location` of an answer to *asked* leads; `None`: it cannot be read."""
    try:
        # Encoded as it stands: what was signed must not be written in another way.
        told = URL(headers["Location"], encoded=True)
        there = asked.join(told)
        known = (told.host or told.raw_path or told.raw_query_string) and there.host and there.port
    except (KeyError, ValueError):
        return None
    return there if known else None


def _next(response: aiohttp.ClientResponse) -> URL | None:
    """Where *response* leads within its origin, if it does."""
    if response.status not in ELSEWHERE:
        return None
    there = led_to(response.headers, response.url)
    return there if there is not None and same_origin(there, response.url) else None
