"""A cluster with a build that does not end, for a sidecar to watch."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Self

import attrs
from aiohttp import web

_RUNS: Final = {"running": {"startedAt": "2026-01-01T00:00:00Z"}}
_POD: Final = {
    "metadata": {"name": "build", "uid": "1", "resourceVersion": "1"},
    "status": {"phase": "Running", "containerStatuses": [{"name": "kaniko", "state": _RUNS}]},
}


@attrs.frozen
class PlayedBuild:
    """An API whose only pod runs for ever.

    Attributes:
        variables: Of a sidecar beside that build.
    """

    variables: Mapping[str, str]
    _watched: asyncio.Event
    _followed: asyncio.Event

    @classmethod
    @asynccontextmanager
    async def played(cls, folder: Path) -> AsyncIterator[Self]:
        """One whose sidecar has its files in *folder*."""
        watched, followed = asyncio.Event(), asyncio.Event()

        async def answer(request: web.Request) -> web.StreamResponse:
            if request.path.endswith("/build"):
                return web.json_response(_POD)
            (followed if request.path.endswith("/log") else watched).set()
            response = web.StreamResponse()
            await response.prepare(request)
            await asyncio.Event().wait()
            return response

        app = web.Application()
        app.router.add_get("/{path:.*}", answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=_certified(folder)).start()
            yield cls(_variables(runner.addresses[0][1], folder), watched, followed)
        finally:
            await runner.cleanup()

    async def has_its_sidecar(self) -> None:
        """Return when a sidecar watches the pod and follows its log."""
        await self._watched.wait()
        await self._followed.wait()


def _variables(port: int, folder: Path) -> Mapping[str, str]:
    (folder / "token").write_text("a token", "ascii")
    return {
        "KUBERNETES_SERVICE_HOST": "127.0.0.1",
        "KUBERNETES_SERVICE_PORT": str(port),
        "KLB_SERVICE_ACCOUNT_DIR": str(folder),
        "BUILD_JOB_NAME": "build",
        "THIRD_PARTY_ID": "acme",
        "PARSER_ID": "hello",
        "BUILD_ID": "0" * 32,
        "IMAGE_URI": "registry.test/hello:1",
        "BUILD_TIMEOUT": "1000000000",
        "POD_NAME": "build",
        "POD_NAMESPACE": "builds",
        "KLB_RABBITMQ_URL": "amqp://sidecar:open@127.0.0.1:1/",
    }


def _certified(folder: Path) -> ssl.SSLContext:
    """What the cluster shows, and `ca.crt`, by which the sidecar trusts it."""
    key, certificate = folder / "key", folder / "ca.crt"
    what = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2")
    who = ("-subj", "/CN=cluster", "-addext", "subjectAltName=IP:127.0.0.1")
    subprocess.run(  # noqa: S603 - nobody else has a word in it
        ["openssl", "req", "-x509", *what, *who, "-keyout", key, "-out", certificate],  # noqa: S607 - the system's
        check=True,
        capture_output=True,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context
