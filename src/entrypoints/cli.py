"""The command `knative-lambda`: reads its arguments and the environment, and runs a command."""

import argparse
import asyncio
import os
import signal
import sys
from contextlib import suppress

from knative_lambda.domain.errors import BuilderError, WrongCallError
from knative_lambda.entrypoints import commands, log_settings
from knative_lambda.entrypoints.telling import USAGE, say
from knative_lambda.service_settings import service_from_env
from knative_lambda.settings import Settings, from_env

_FAILED, _INTERRUPTED, _UNREAD = 1, 130, 141


def main() -> None:
    """Run, and exit with what `docs/commands.md` says of codes."""
    try:
        code = _called()
        sys.stdout.flush()
        sys.exit(code)
    except BrokenPipeError:
        # Whoever read has seen enough; what is still buffered must not be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_UNREAD)
    except KeyboardInterrupt:  # once more, or before there was anything to end in order
        sys.exit(_INTERRUPTED)


def _called() -> int:
    top = commands.parser(*sys.argv[1:2])
    options = top.parse_args()
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
    return _INTERRUPTED
