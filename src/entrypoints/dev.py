"""`knative-lambda dev`: one function, from its folder to its reply, in this process."""

import argparse
import asyncio
from contextlib import AsyncExitStack
from http import HTTPStatus

from watchfiles import awatch

from knative_lambda.adapters.local.invocation import event_for
from knative_lambda.adapters.local.project import Project, project
from knative_lambda.adapters.terminal.narrator import Narrator
from knative_lambda.entrypoints.arguments import Commands
from knative_lambda.entrypoints.console import console
from knative_lambda.entrypoints.dev_options import add_options
from knative_lambda.entrypoints.development import Development, NotServedError
from knative_lambda.entrypoints.local_system import local_system
from knative_lambda.settings import Settings


def add_to(commands: Commands) -> None:
    """Declare the command."""
    words = "build, serve and call the function in a folder, on this machine"
    parser = commands.add_parser("dev", help=words, description=words)
    add_options(parser)
    parser.set_defaults(run=run)


async def run(options: argparse.Namespace, settings: Settings) -> int:
    """0 when it was served and answered well, else 1."""
    one = project(options.folder, options.runtime)
    event_for(one.function, options.event)  # a file that is wrong is said before anything is built
    async with local_system(settings) as system, AsyncExitStack() as stack:
        system.container.deployer().port = options.port
        work = Development(system, Narrator())
        if not options.once:  # else nobody has the time to look at it
            shown = console(system.container, settings, options.console_port)
            work.narrator.line("console", await stack.enter_async_context(shown))
        # It watches from here on: an edit during the first round must not be missed.
        changes = awatch(one.folder)
        change = asyncio.ensure_future(anext(changes))
        good = await _round(work, one, options)
        while not options.once and (good or options.watch):
            await change
            change = asyncio.ensure_future(anext(changes))
            if options.watch:
                await _round(work, one, options)
        change.cancel()
    return 0 if good else 1


async def _round(work: Development, one: Project, options: argparse.Namespace) -> bool:
    try:
        async with work.narrator.waiting():
            url = await work.deploy(one)
            reply = await work.call(url, event_for(one.function, options.event))
    except NotServedError:
        return False
    return reply.status < HTTPStatus.BAD_REQUEST
