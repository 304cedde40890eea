"""The command `knative-lambda`: reads its arguments and the environment, and runs a command."""

import argparse
import asyncio
import os
import signal
import sys
from contextlib import suppress

from knative_lambda.adapters.local.invocation import EventFileError
from knative_lambda.adapters.local.project import ProjectError
from knative_lambda.adapters.schemas import UnknownTypeError
from knative_lambda.domain.errors import BuilderError
from knative_lambda.entrypoints import log_settings
from knative_lambda.entrypoints.commands import parser
from knative_lambda.entrypoints.named_function import TargetError
from knative_lambda.entrypoints.submit_source import SubmitError
from knative_lambda.service_settings import service_from_env
from knative_lambda.settings import Settings, SettingsError, from_env

_FAILED, _USAGE, _INTERRUPTED, _UNREAD = 1, 2, 130, 141
_WRONG_CALLS = (SettingsError, ProjectError, EventFileError, SubmitError, TargetError)


def main() -> None:
    """Run, and exit: 0 well, 1 it failed, 2 it was called wrongly, 130 it was interrupted."""
    top = parser()
    options = top.parse_args()
    try:
        if options.run is None:  # words alone, for which no setting is read
            sys.stdout.write(options.text(top, options))
            sys.exit(sys.stdout.flush())
        read = service_from_env if options.serves else from_env
        settings = read(os.environ)
        log_settings.configure(settings, quiet=options.quiet)
        sys.exit(asyncio.run(_run(options, settings)))
    except (*_WRONG_CALLS, UnknownTypeError) as error:
        sys.stderr.write(f"knative-lambda: {error}\n")
        sys.exit(_USAGE)
    except BrokenPipeError:
        # Whoever read has seen enough; what is still buffered must not be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_UNREAD)
    except KeyboardInterrupt:  # once more, or before there was anything to end in order
        sys.exit(_INTERRUPTED)
    except BuilderError as error:
        sys.stderr.write(f"knative-lambda: {error}\n")
        sys.exit(_FAILED)


async def _run(options: argparse.Namespace, settings: Settings) -> int:
    work = asyncio.ensure_future(options.run(options, settings))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.cancel)
    with suppress(asyncio.CancelledError):
        return int(await work)
    return _INTERRUPTED
