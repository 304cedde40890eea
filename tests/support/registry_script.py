"""A server in place of a registry, which answers as its test says, and notes who asked what."""

import ssl
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

import attrs
from aiohttp import web
from support.certificates import Certificates
from support.tcp_proxy import free_port

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@attrs.frozen
class Seen:
    """A request."""

    method: str
    path: str
    shown: str | None


@attrs.define(eq=False)
class Script:
    """Listens on this machine, by each of its names, while it is entered."""

    answer: Answer
    certificates: Certificates | None = None
    port: int = attrs.field(factory=free_port, init=False)
    seen: list[Seen] = attrs.field(factory=list, init=False)
    _runner: web.AppRunner | None = attrs.field(default=None, init=False)

    @property
    def host(self) -> str:
        """As images name it."""
        return f"127.0.0.1:{self.port}"

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """That of *path*, by that name of this machine."""
        scheme = "http" if self.certificates is None else "https"
        return f"{scheme}://{host}:{self.port}{path}"

    async def __aenter__(self) -> Self:
        trust = None
        if self.certificates is not None:
            trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            trust.load_cert_chain(self.certificates.server, self.certificates.server_key)
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._respond)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, ssl_context=trust).start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        shown = request.headers.get("Authorization")
        self.seen.append(Seen(request.method, request.path_qs, shown))
        return await self.answer(request)


def always(status: int, body: bytes = b"", **headers: str) -> Answer:
    """The same to everybody."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers=named)

    return answer


def guarded(challenge: str, right: str, then: Answer) -> Answer:
    """*challenge* to who does not show *right*; *then* to who does."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != right:
            return web.Response(status=401, headers={"WWW-Authenticate": challenge})
        return await then(request)

    return answer


DIGEST = f"sha256:{'0' * 63}1"
FOUND = always(200, Docker_Content_Digest=DIGEST)
TOKEN = always(200, b'{"token": "t"}')
