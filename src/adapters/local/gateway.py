"""A stable front of a function: one address, whichever revision answers behind it."""

import asyncio
import errno
import io
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

import aiohttp
import attrs
from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.rejection import Rejection
from knative_lambda.ports.wire import LARGEST

_HOST: Final = "127.0.0.1"
_LAST_REQUESTS: Final = 5.0  # seconds that requests in hand have when the gateway closes
_RETRY_AFTER: Final = "1"  # seconds
_HOP_BY_HOP: Final = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


class PortInUseError(PermanentError):
    """Something else listens on the port that was asked for."""

    def __init__(self, port: int) -> None:
        super().__init__(Rejection.INVALID, f"port {port} is in use; choose another with --port")


@attrs.define(eq=False)
class Route:
    """Where requests go, and how many are on their way there.

    Attributes:
        url: Where a revision answers now; `None` while it does not.
        timeout: Seconds that one request may take.
    """

    url: Callable[[], str | None]
    timeout: float
    _under_way: int = 0
    _idle: asyncio.Event = attrs.field(factory=asyncio.Event)

    def __attrs_post_init__(self) -> None:
        self._idle.set()

    def __enter__(self) -> None:
        self._under_way += 1
        self._idle.clear()

    def __exit__(self, *_: object) -> None:
        self._under_way -= 1
        if not self._under_way:
            self._idle.set()

    async def drained(self) -> None:
        """Wait until no request is on its way there."""
        await self._idle.wait()


@attrs.define(eq=False)
class Gateway:
    """Forwards to its route, which may be changed at any time without a request noticing.

    Attributes:
        url: Of the gateway itself, once it is open.
    """

    route: Route | None = None
    url: str = ""
    _client: aiohttp.ClientSession = attrs.field(init=False)
    _runner: web.AppRunner = attrs.field(init=False)

    async def open(self, port: int) -> None:
        """Listen on *port*, or on any for 0.

        Raises:
            PortInUseError: Somebody else does.
            PermanentError: It cannot be listened on for another reason.
        """
        app = web.Application(client_max_size=LARGEST + 1)
        app.router.add_route("*", "/{path:.*}", self._forward)
        self._runner = web.AppRunner(
            app, access_log=None, auto_decompress=False, shutdown_timeout=_LAST_REQUESTS
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, _HOST, port)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            if error.errno == errno.EADDRINUSE:
                raise PortInUseError(port) from error
            detail = f"port {port} cannot be listened on: {error.strerror}"
            raise PermanentError(Rejection.INVALID, detail) from error
        # A connection of its own for each request: a kept one may be closed at the other end in
        # the very moment it is used again.
        connector = aiohttp.TCPConnector(force_close=True, limit=0)
        self._client = aiohttp.ClientSession(connector=connector, auto_decompress=False)
        self.url = f"http://{_HOST}:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        """Answer the requests in hand, and no more."""
        await self._runner.cleanup()
        await self._client.close()

    async def _forward(self, request: web.Request) -> web.Response:
        body = await _body(request)
        if body is None:
            rule = f"The body is too large; the limit is {LARGEST} bytes."
            return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, rule)
        route = self.route
        url = route.url() if route is not None else None
        if route is None or url is None:
            return _unavailable("No revision of the function is ready.")
        with route:
            try:
                return await self._exchange(request, body, url, route.timeout)
            except TimeoutError:
                detail = "The function did not answer in time."
                return _problem(HTTPStatus.GATEWAY_TIMEOUT, detail)
            except aiohttp.ClientError:
                return _unavailable("The function ended before it answered.")

    async def _exchange(
        self,
        request: web.Request,
        body: bytes,
        url: str,
        timeout: float,  # noqa: ASYNC109 - passed on to the client
    ) -> web.Response:
        async with self._client.request(
            request.method,
            URL(url + request.raw_path, encoded=True),
            headers=_end_to_end(request.headers),
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            data=io.BytesIO(body) if body else None,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(timeout),
        ) as response:
            return web.Response(
                status=response.status,
                reason=response.reason,
                headers=_end_to_end(response.headers),
                body=await response.read(),
            )


async def _body(request: web.Request) -> bytes | None:
    """All of it; `None` if it is too large."""
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        return None
    # Releases of aiohttp differ over the very last byte.
    return body if len(body) <= LARGEST else None


def _end_to_end(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    return CIMultiDict(
        (name, value) for name, value in headers.items() if name.lower() not in _HOP_BY_HOP
    )


def _unavailable(detail: str) -> web.Response:
    response = _problem(HTTPStatus.SERVICE_UNAVAILABLE, detail)
    response.headers["Retry-After"] = _RETRY_AFTER
    return response


def _problem(status: HTTPStatus, detail: str) -> web.Response:
    document = {"type": "about:blank", "title": status.phrase, "status": status, "detail": detail}
    return web.Response(
        status=status, text=json.dumps(document), content_type="application/problem+json"
    )
