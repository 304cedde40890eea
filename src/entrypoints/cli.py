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
from knative_lambda.entrypoints import consume, demo, dev, logs, reconcile, schema, serve
from knative_lambda.settings import Settings, SettingsError, from_env, table

_FAILED, _USAGE, _INTERRUPTED = 1, 2, 130
_COMMANDS = (dev, demo, consume, serve, reconcile, schema)


def parser() -> argparse.ArgumentParser:
    """All commands, their options, and the variables."""
    rows = [f"  {name:<30} {words} [{default}]" for name, default, words in table()]
    top = argparse.ArgumentParser("knative-lambda", formatter_class=argparse.RawTextHelpFormatter)
    top.description = "Builds functions into container images and serves them on Knative."
    top.epilog = "\n".join(["environment variables:", *rows])
    top.set_defaults(quiet=True)
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.add_to(commands)
    return top


def main() -> None:
    """Run, and exit: 0 well, 1 it failed, 2 it was called wrongly, 130 it was interrupted."""
    options = parser().parse_args()
    try:
        settings = from_env(os.environ)
        logs.configure(settings, quiet=options.quiet)
        sys.exit(asyncio.run(_run(options, settings)))
    except (SettingsError, ProjectError, EventFileError, UnknownTypeError) as error:
        sys.stderr.write(f"knative-lambda: {error}\n")
        sys.exit(_USAGE)
    except BuilderError as error:
        sys.stderr.write(f"knative-lambda: {error}\n")
        sys.exit(_FAILED)


async def _run(options: argparse.Namespace, settings: Settings) -> int:
    work = asyncio.ensure_future(options.run(options, settings))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.cancel)
    with suppress(asyncio.CancelledError):
        return int(await work)
    return _INTERRUPTED
