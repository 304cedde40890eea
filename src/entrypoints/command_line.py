"""A command, from its arguments and the environment to its exit code."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from knative_lambda.domain.errors import BuilderError, WrongCallError
from knative_lambda.entrypoints import commands, garbage, log_settings
from knative_lambda.entrypoints.cli import INTERRUPTED
from knative_lambda.entrypoints.telling import USAGE, say
from knative_lambda.service_settings import service_from_env
from knative_lambda.settings import Settings, from_env

_FAILED: Final = 1


def run(arguments: Sequence[str]) -> int:
    """Run to its end."""
    top = commands.parser(*arguments[:1])
    garbage.collect()
    options = top.parse_args(arguments)
    if options.run is None:  # words alone, for which no setting is read
        sys.stdout.write(options.text(top, options))
        return 0
    try:
        settings = (service_from_env if options.serves else from_env)(os.environ)
        log_settings.configure(settings, quiet=options.quiet)
        return asyncio.run(_run(options, settings))
    except (WrongCallError, BuilderError) as error:
        say(f"knative-lambda: {error}")
        return _FAILED if isinstance(error, BuilderError) else USAGE


async def _run(options: argparse.Namespace, settings: Settings) -> int:
    work = asyncio.ensure_future(options.run(options, settings))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.cancel)
    with suppress(asyncio.CancelledError):
        return int(await work)
    return INTERRUPTED
