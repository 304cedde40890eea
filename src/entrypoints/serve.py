"""`knative-lambda serve`: takes events over HTTP, until it is told to stop."""

import argparse
import asyncio
import os
from collections.abc import Awaitable, Callable

from knative_lambda.adapters.http.events import event_routes
from knative_lambda.adapters.http.health import health_routes
from knative_lambda.adapters.http.server import HttpServer
from knative_lambda.entrypoints.arguments import Commands
from knative_lambda.entrypoints.console_options import add_console, console_if
from knative_lambda.entrypoints.process import on_stop, process
from knative_lambda.entrypoints.tasks import beside
from knative_lambda.settings import Settings, SettingsError
from knative_lambda.variables import port


def add_to(commands: Commands) -> None:
    """Declare the command."""
    words = "receive events over HTTP, on PORT or else KLB_HTTP_PORT"
    parser = commands.add_parser("serve", help=words, description=words)
    add_console(parser)
    parser.set_defaults(run=run, quiet=False, serves=True)


async def run(options: argparse.Namespace, settings: Settings) -> int:
    """0 when it was told to stop and all requests in hand were answered."""
    async with process(settings) as container:
        told, link = asyncio.Event(), container.link()
        on_stop(told.set)
        by_broker = settings.settler == "rabbitmq"

        def ready() -> str | None:
            return "not connected to the broker" if by_broker and not link.connected else None

        routes = [
            *health_routes(ready, container.metrics().text),
            *event_routes(container.receiver(), container.letters()),
        ]
        beside_it: list[Callable[[], Awaitable[None]]] = []  # begun when nothing more can be wrong
        if by_broker:
            beside_it += [link.keep, container.depths().run]
        if settings.event_publisher == "memory":  # what is published there, nobody else hears
            beside_it.append(container.consumer().run)
        async with HttpServer(_port(settings), routes), console_if(options, container, settings):
            await beside(told.wait(), *(begin() for begin in beside_it))
    return 0


def _port(settings: Settings) -> int:
    given = os.environ.get("PORT")
    try:
        return settings.http_port if given is None else port(given)
    except ValueError as error:
        raise SettingsError(f"PORT: {given!r}: {error}") from error
