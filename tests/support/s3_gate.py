"""A door before an S3: it counts who comes, and refuses whom a test wants refused."""

import asyncio
import ssl
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from io import BytesIO
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape

import aiohttp
import attrs
from aiohttp import web
from multidict import CIMultiDict
from support.tcp_proxy import free_port
from yarl import URL

_MOST = 64 << 20  # bytes of a request
# Of one connection, not of what goes over it.
_OF_THE_CONNECTION = ("Connection", "Content-Length", "Date", "Server", "Transfer-Encoding")


@attrs.frozen
class Call:
    """One request, as it came.

    Attributes:
        name: Its method and what S3 knows it by, as in `PUT partNumber`.
        target: Path and query, still encoded.
        headers: With the signature, if it is not in the query.
    """

    name: str
    target: str
    headers: CIMultiDict[str] = attrs.field(repr=False)

    @classmethod
    def of(cls, request: web.Request) -> Self:
        kinds = ("uploads", "partNumber", "uploadId", "list-type", "X-Amz-Signature")
        kind = next((f" {kind}" for kind in kinds if kind in request.query), "")
        return cls(request.method + kind, request.rel_url.raw_path_qs, request.headers.copy())


@attrs.frozen
class Refusal:
    """What the caller is told instead of what S3 would say.

    Attributes:
        code: What S3 calls it; empty if this is not the answer of an S3.
    """

    status: int
    code: str = ""
    message: str = "because of a test"

    def response(self) -> web.Response:
        words = f"<Code>{escape(self.code)}</Code><Message>{escape(self.message)}</Message>"
        body = f"<?xml version='1.0' encoding='UTF-8'?><Error>{words}</Error>"
        text = body if self.code else "Welcome!<br>"
        return web.Response(status=self.status, text=text, content_type="application/xml")


@attrs.define(eq=False)
class S3Gate:
    """Passes on to *server* what *refuse* does not refuse.

    Attributes:
        lose: What it gives is told instead of what S3 has answered.
        hang_up: Whether the connection is closed instead of any answer.
        rewrite: Changes the targets that are passed on.
        tls: Whoever comes must speak TLS; `None`: whoever comes must not.
        calls: All that came, in order.
        answered: The names of those that were answered.
        open: While it is not set, parts wait.
    """

    server: str
    refuse: Callable[[Call], Refusal | None] = lambda _: None
    lose: Callable[[Call], Refusal | None] = lambda _: None
    hang_up: Callable[[Call], bool] = lambda _: False
    rewrite: Callable[[str], str] = lambda target: target
    tls: ssl.SSLContext | None = None
    calls: list[Call] = attrs.field(factory=list, init=False)
    answered: list[str] = attrs.field(factory=list, init=False)
    open: asyncio.Event = attrs.field(factory=asyncio.Event, init=False)
    port: int = attrs.field(factory=free_port, init=False)
    _client: aiohttp.ClientSession = attrs.field(init=False)
    _runner: web.AppRunner = attrs.field(init=False)

    async def __aenter__(self) -> Self:
        self.open.set()
        app = web.Application(client_max_size=_MOST)
        app.router.add_route("*", "/{target:.*}", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        self._client = aiohttp.ClientSession(auto_decompress=False)
        await web.TCPSite(self._runner, "127.0.0.1", self.port, ssl_context=self.tls).start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()
        await self._client.close()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"{'http' if self.tls is None else 'https'}://127.0.0.1:{self.port}"

    @property
    def names(self) -> list[str]:
        """Of all calls, in order."""
        return [call.name for call in self.calls]

    async def _answer(self, request: web.Request) -> web.Response:
        call = Call.of(request)
        self.calls.append(call)
        body = await request.read()
        if call.name == "PUT partNumber":
            await self.open.wait()
        refusal = self.refuse(call)
        response = await self._pass_on(request, body) if refusal is None else refusal.response()
        lost = self.lose(call)
        response = response if lost is None else lost.response()
        self.answered.append(call.name)
        if self.hang_up(call) and request.transport is not None:
            request.transport.abort()
        return response

    async def _pass_on(self, request: web.Request, body: bytes) -> web.Response:
        target = self.rewrite(request.rel_url.raw_path_qs)
        async with self._client.request(
            request.method,
            URL(self.server + target, encoded=True),
            headers=request.headers,
            data=BytesIO(body),
            allow_redirects=False,
        ) as response:
            headers = response.headers.copy()
            for name in _OF_THE_CONNECTION:
                headers.popall(name, None)
            content = await response.read()
            return web.Response(status=response.status, headers=headers, body=content)


@attrs.define(eq=False)
class StillGate(S3Gate):
    """One for virtual time, which stands still until *server* has answered."""

    async def _pass_on(self, request: web.Request, body: bytes) -> web.Response:
        headers = request.headers.copy()
        for name in _OF_THE_CONNECTION:
            headers.popall(name, None)
        connection = HTTPConnection(URL(self.server).authority)
        with closing(connection):
            target = self.rewrite(request.rel_url.raw_path_qs)
            connection.request(request.method, target, body, dict(headers))
            response = connection.getresponse()
            content = response.read()
        told = CIMultiDict(response.getheaders())
        for name in _OF_THE_CONNECTION:
            told.popall(name, None)
        return web.Response(status=response.status, headers=told, body=content)
