"""`knative-lambda serve`: takes events over HTTP, until it is told to stop."""

import argparse
import asyncio
import os

from knative_lambda.adapters.http.events import event_routes
from knative_lambda.adapters.http.health import health_routes
from knative_lambda.adapters.http.server import HttpServer
from knative_lambda.entrypoints.process import beside, on_stop, process
from knative_lambda.settings import Settings, SettingsError
from knative_lambda.variables import port


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    words = "receive events over HTTP, on PORT or else KLB_HTTP_PORT"
    parser = commands.add_parser("serve", help=words, description=words)
    parser.set_defaults(run=run, quiet=False)


async def run(_options: argparse.Namespace, settings: Settings) -> int:
    """0 when it was told to stop and all requests in hand were answered."""
    async with process(settings) as container:
        told = asyncio.Event()
        on_stop(told.set)
        routes = [
            *health_routes(lambda: None, container.metrics().text),
            *event_routes(container.receiver(), container.letters()),
        ]
        async with HttpServer(_port(settings), routes):
            # What is published in memory is heard by nobody else.
            alone = settings.event_publisher == "memory"
            await beside(told.wait(), *[container.consumer().run() for _ in range(alone)])
    return 0


def _port(settings: Settings) -> int:
    given = os.environ.get("PORT")
    try:
        return settings.http_port if given is None else port(given)
    except ValueError as error:
        raise SettingsError(f"PORT: {given!r}: {error}") from error
