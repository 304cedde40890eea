"""The options by which a process of the service shows the console."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog

from knative_lambda.entrypoints.arguments import port_number
from knative_lambda.entrypoints.container import Container
from knative_lambda.settings import Settings

PORT: Final = 8081

_log = structlog.get_logger()


def add_console(parser: argparse.ArgumentParser) -> None:
    """Declare them."""
    words = "show builds, functions and dead letters to browsers of this machine; it has no login"
    parser.add_argument("--console", action="store_true", help=words)
    words = f"of the console; default: {PORT}"
    parser.add_argument(
        "--console-port", type=port_number, default=PORT, metavar="PORT", help=words
    )


@asynccontextmanager
async def console_if(
    options: argparse.Namespace, container: Container, settings: Settings
) -> AsyncIterator[None]:
    """Show it while this is open, if that is asked for.

    Raises:
        SetupError: Its port cannot be listened on.
    """
    if not options.console:
        yield
        return
    from knative_lambda.entrypoints.console import console  # noqa: PLC0415 - takes a while

    async with console(container, settings, options.console_port) as url:
        _log.info("console.listening", url=url)
        yield
