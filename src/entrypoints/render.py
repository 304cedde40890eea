"""`knative-lambda render`: what an event would be built from, without building anything."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Final

from knative_lambda.adapters.local.invocation import EventFileError
from knative_lambda.adapters.packing.listing import listing
from knative_lambda.adapters.terminal.rendering import as_document, as_text
from knative_lambda.application.rendering import rendered, requested_in
from knative_lambda.domain.errors import PermanentError, SourceRefusedError
from knative_lambda.domain.request import BuildRequest
from knative_lambda.entrypoints.arguments import Commands, add_output
from knative_lambda.entrypoints.container import Container
from knative_lambda.entrypoints.telling import say
from knative_lambda.ports.event_source import Message
from knative_lambda.settings import Settings

_STDIN: Final = "-"


def add_to(commands: Commands) -> None:
    """Declare the command."""
    words = "show what an event would build, touching nothing but its source"
    parser = commands.add_parser("render", help=words, description=words)
    parser.add_argument("event", metavar="EVENT-FILE", help="a build.start in JSON; - is stdin")
    add_output(parser)
    parser.set_defaults(run=run)


async def run(options: argparse.Namespace, settings: Settings) -> int:
    """0; 1 when the build would fail by its source, with the reason."""
    request = await asyncio.to_thread(_request, options.event, settings)
    show = as_document if options.output == "json" else as_text
    container = Container(settings=settings)
    try:
        async with rendered(container.preparation(), request, container.now()()) as one:
            context = await asyncio.to_thread(lambda: listing(one.context.pieces()))
    except SourceRefusedError as error:
        say(f"knative-lambda: {error.reason.value}: {error.detail}")
        return 1
    sys.stdout.write(show(one.facts(), context))
    return 0


def _request(name: str, settings: Settings) -> BuildRequest:
    try:
        body = sys.stdin.buffer.read() if name == _STDIN else Path(name).read_bytes()
        return requested_in(Message(body), settings.default_source)
    except OSError as error:
        raise EventFileError(f"{name}: cannot be read: {error.strerror}") from error
    except PermanentError as error:
        raise EventFileError(f"{name}: {error.detail}") from error
