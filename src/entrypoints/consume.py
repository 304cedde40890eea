"""`knative-lambda consume`: takes events from the queue, until it is told to stop."""

import argparse
from typing import Final

from knative_lambda.adapters.http.health import health_routes
from knative_lambda.adapters.http.server import HttpServer
from knative_lambda.entrypoints.arguments import Commands
from knative_lambda.entrypoints.process import on_stop, process
from knative_lambda.entrypoints.tasks import beside
from knative_lambda.settings import Settings

_SWEEP_EVERY: Final = 60.0  # seconds


def add_to(commands: Commands) -> None:
    """Declare the command."""
    words = "take events from RabbitMQ, and do what they ask for"
    parser = commands.add_parser("consume", help=words, description=words)
    parser.set_defaults(run=run, quiet=False, serves=True)


async def run(_options: argparse.Namespace, settings: Settings) -> int:
    """0 when it was told to stop and all in hand was settled or handed back."""
    async with process(settings) as container:
        consumer, source = container.consumer(), container.source()
        on_stop(consumer.stop)

        def ready() -> str | None:
            return None if source.consuming else "not connected to the broker"

        routes = health_routes(ready, container.metrics().text)
        async with HttpServer(settings.http_port, routes):
            others = [container.sweeper().run(_SWEEP_EVERY)]
            if settings.event_source == "rabbitmq":
                others.append(container.depths().run())
            await beside(consumer.run(), *others)
    return 0
