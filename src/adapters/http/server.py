"""The HTTP server of a process: it listens, and it ends without dropping a request."""

import errno
import logging
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

import attrs
import structlog
from aiohttp import web

from knative_lambda.adapters.http.problems import as_problems
from knative_lambda.adapters.http.requests_in_hand import RequestsInHand
from knative_lambda.domain.errors import SetupError

GRACE: Final = 25.0  # seconds; below the 30 that Kubernetes gives
EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 - the proxy before it and the probes come by several ways
# Clients in Go keep idle connections for 90 s. Were we the first to close one, a request could be
# on its way on it. It is also how long the head of a request may take.
_KEEP_ALIVE: Final = 120.0
_LAST: Final = 0.1  # seconds, when every request is answered: for bodies that nobody waits for

_log = structlog.get_logger()


@attrs.define(eq=False)
class HttpServer:
    """Listens while its context is open.

    Attributes:
        port: To listen on; for 0, any, and then the one that it was given.
        routes: What it answers.
        grace: Seconds that requests in hand may take when it closes.
        host: The address to listen on.
        setting: What chooses another port.
        drops: Whether a request is given up whose client has gone.
    """

    port: int
    routes: Sequence[web.RouteDef]
    grace: float = GRACE
    host: str = EVERYWHERE
    setting: str = "set KLB_HTTP_PORT to another"
    drops: bool = False
    _in_hand: RequestsInHand = attrs.field(factory=RequestsInHand, init=False)
    _runner: web.AppRunner = attrs.field(init=False)
    _site: web.TCPSite = attrs.field(init=False)

    async def __aenter__(self) -> Self:
        """Listen.

        Raises:
            SetupError: The port is in use, or is none that may be listened on.
        """
        app = web.Application(middlewares=[self._in_hand.middleware(), as_problems])
        app.add_routes(self.routes)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            logger=_silent(),
            handler_cancellation=self.drops,
            keepalive_timeout=_KEEP_ALIVE,
            shutdown_timeout=_LAST,
        )
        await self._runner.setup()
        self._site = web.TCPSite(self._runner, self.host, self.port)
        try:
            await self._site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise SetupError(self._unusable(error)) from error
        self.port = self._runner.addresses[0][1]
        _log.info("http.listening", port=self.port)
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Take no more connections, answer what is in hand, and close."""
        await self._site.stop()
        await self._in_hand.finished(self.grace)
        await self._runner.cleanup()

    def _unusable(self, error: OSError) -> str:
        in_use = error.errno == errno.EADDRINUSE
        fault = "is in use" if in_use else f"cannot be listened on: {error.strerror}"
        return f"port {self.port} {fault}: {self.setting}"


def _silent() -> logging.Logger:
    """For what is no HTTP: its sender is told, and a traceback each would only fill the log."""
    logger = logging.Logger("http")  # noqa: LOG001 - ours alone: no configuration is to reach it
    logger.addHandler(logging.NullHandler())
    return logger
