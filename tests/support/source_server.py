"""A web server with archives and git repositories, which notes what it is asked and shown."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import attrs
from aiohttp import web
from support.source_certificate import Certificate

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@attrs.frozen
class Asked:
    """One request."""

    path: str
    host: str
    authorization: str | None


@attrs.define(eq=False)
class SourceServer:
    """Listens as long as it is entered.

    Attributes:
        root: Where its repositories are, as `name.git`.
        address: Where it listens.
        files: What lies at a path.
        answers: What is done for a path, instead.
        redirects: Where a path leads.
        guarded: What must be shown for paths that begin so.
        asked: Every request.
    """

    root: Path
    certificate: Certificate
    address: str = "127.0.0.1"
    files: dict[str, bytes] = attrs.field(factory=dict)
    answers: dict[str, Answer] = attrs.field(factory=dict)
    redirects: dict[str, str] = attrs.field(factory=dict)
    guarded: dict[str, str] = attrs.field(factory=dict)
    asked: list[Asked] = attrs.field(factory=list)
    port: int = 0
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1 << 24)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await self._runner.setup()
        site = web.TCPSite(
            self._runner, self.address, self.port, ssl_context=self.certificate.context
        )
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def url(self, path: str, host: str = "public.sources.test") -> str:
        """The URL of *path* here."""
        return f"https://{host}:{self.port}{path}"

    @property
    def shown(self) -> list[str]:
        """All credentials it has seen."""
        return [asked.authorization for asked in self.asked if asked.authorization is not None]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path, shown = request.path, request.headers.get("Authorization")
        self.asked.append(Asked(request.raw_path, request.host, shown))
        for beginning, needed in self.guarded.items():
            if path.startswith(beginning) and shown != needed:
                return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="x"'})
        for beginning, location in self.redirects.items():
            if path.startswith(beginning):
                rest = request.raw_path[len(beginning) :] if location.endswith("*") else ""
                return web.Response(
                    status=302, headers={"Location": location.removesuffix("*") + rest}
                )
        if path in self.answers:
            return await self.answers[path](request)
        if path in self.files:
            return web.Response(body=self.files[path])
        return await self._git(request)

    async def _git(self, request: web.Request) -> web.StreamResponse:
        """What git's own program for web servers answers."""
        process = await asyncio.create_subprocess_exec(
            "git",
            "http-backend",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={
                "PATH": os.environ["PATH"],
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_PROJECT_ROOT": str(self.root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": request.path,
                "QUERY_STRING": request.query_string,
                "REQUEST_METHOD": request.method,
                "CONTENT_TYPE": request.content_type,
                "HTTP_GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
            },
        )
        output, _ = await process.communicate(await request.read())
        head, _, body = output.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().splitlines())
        status = int(fields.pop("Status", "200").split()[0])
        return web.Response(status=status, body=body, headers=fields)
