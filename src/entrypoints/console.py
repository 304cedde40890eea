"""The console beside a process of the service: wired, and reached from this machine alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from knative_lambda.adapters.console.desk import Desk
from knative_lambda.adapters.console.routes import Console
from knative_lambda.adapters.http.server import HttpServer
from knative_lambda.adapters.terminal.advice import FAILURES
from knative_lambda.application.glance import FunctionGlance, LetterGlance
from knative_lambda.application.letter_board import LetterBoard
from knative_lambda.application.log_feed import SharedFeeds
from knative_lambda.application.watch import Watch
from knative_lambda.domain.redaction import Redactor
from knative_lambda.entrypoints.container import Container
from knative_lambda.entrypoints.sight import log_reading, overview_of
from knative_lambda.settings import Settings
from knative_lambda.sidecar.log_text import LogText

_HOST: Final = "127.0.0.1"  # it has no login; kubectl port-forward comes from here
_ANOTHER: Final = "choose another with --console-port"


@asynccontextmanager
async def console(container: Container, settings: Settings, port: int) -> AsyncIterator[str]:
    """Serve it on *port*, or on any for 0; gives its URL.

    Raises:
        SetupError: The port cannot be listened on.
    """
    steady = container.steady()
    watch = Watch(container.records(), steady)
    container.broker().listeners.append(lambda _: watch.hurry())
    reading = log_reading(container)
    logs = SharedFeeds(lambda f, b: reading.of(f, b, follow=True), lambda: LogText(Redactor()))
    board = LetterBoard(container.letter_sight(), Redactor(), settings.default_source)
    desk = Desk(
        watcher=watch,
        functions=FunctionGlance(overview_of(container), steady),
        letters=LetterGlance(board, steady),
        logs=logs,
        advice=FAILURES,
        now=container.now(),
    )
    shown = Console(desk)
    server = HttpServer(port, shown.routes(), host=_HOST, setting=_ANOTHER, drops=True)
    async with server:
        try:
            yield f"http://{_HOST}:{server.port}"
        finally:
            shown.close()
            await logs.close()
