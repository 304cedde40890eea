"""`knative-lambda submit`: asks a running service for a build, and follows it if told to."""

import argparse
import asyncio
from contextlib import AsyncExitStack
from typing import Final

from knative_lambda.adapters.terminal.narrator import Narrator
from knative_lambda.adapters.terminal.progress import JsonLines, Prose
from knative_lambda.adapters.uploads.address import url_of
from knative_lambda.adapters.uploads.archive import packed
from knative_lambda.application.following import Following
from knative_lambda.entrypoints import submit_options
from knative_lambda.entrypoints.arguments import Commands
from knative_lambda.entrypoints.connections import connections
from knative_lambda.entrypoints.reachable import reachable
from knative_lambda.entrypoints.running_service import RunningService
from knative_lambda.entrypoints.submit_asking import ask
from knative_lambda.entrypoints.submit_conclusion import conclude
from knative_lambda.entrypoints.submit_event import submission
from knative_lambda.entrypoints.submit_source import folder, local_project
from knative_lambda.entrypoints.telling import say
from knative_lambda.settings import Settings

_GOES_ON: Final = "knative-lambda: the build goes on; this command follows it again with --id {}"


def add_to(commands: Commands) -> None:
    """Declare the command."""
    words = "ask a running service to build a function, and to serve it"
    parser = commands.add_parser("submit", help=words, description=words)
    submit_options.declare(parser)
    parser.set_defaults(run=run)


async def run(options: argparse.Namespace, settings: Settings) -> int:
    """0 when the request is on its way, and with `--wait` when the function answers."""
    one = local_project(options)
    reachable(settings, uploads=one is not None, listens=options.wait)
    narrator = Narrator()
    progress = JsonLines() if options.output == "json" else Prose(narrator)
    async with connections(settings) as container, AsyncExitStack() as stack:
        service = RunningService(container, over_http=settings.event_publisher == "http")
        archive = stack.enter_context(packed(folder(options))) if one is not None else None
        asked = submission(options, url_of(archive.sha256) if archive else options.source, one)
        following = Following(asked, service.listen, container.records(), progress)
        if options.wait:
            await following.begin()
        await ask(service, asked, archive, progress)
        try:
            if options.wait:
                async with narrator.waiting():
                    await conclude(asked, following, container.serving().look, progress)
        except asyncio.CancelledError:
            say(_GOES_ON.format(asked.event.id))
            raise
    return 0
