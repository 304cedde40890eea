"""`python -m knative_lambda.entrypoints.fetch_context`: brings a build its context, checked."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Final

from knative_lambda.adapters.pod.context import ContextFetch, FetchError
from knative_lambda.domain.fetch_exit import FetchExit
from knative_lambda.entrypoints.without_options import without_options
from knative_lambda.environment import SettingsError, read
from knative_lambda.sidecar.settings import FetchSettings

_WORDS: Final = "Fetches the context of a build, and checks that it is the right one."
_TOLD: Final = 128  # and the number of the signal: how shells say that one has ended a program


def main() -> None:
    """Run, and exit with one of `FetchExit`."""
    # A first process of a container that has no handler never hears of it.
    signal.signal(signal.SIGTERM, _end)
    sys.exit(run(sys.argv[1:], os.environ))


def run(arguments: Sequence[str], variables: Mapping[str, str]) -> FetchExit:
    """Fetch, and say on one line why that cannot be."""
    without_options(arguments, _WORDS, FetchSettings)
    try:
        settings = read(FetchSettings, variables)
        fetch = ContextFetch(settings.url, settings.tree_hash, settings.into)
        size = asyncio.run(fetch.run())
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return FetchExit.SETTINGS
    except FetchError as error:
        sys.stderr.write(f"the context cannot be fetched: {error}\n")
        return error.code
    sys.stderr.write(f"the context is fetched: {size} bytes\n")
    return FetchExit.DONE


def _end(number: int, _frame: FrameType | None) -> None:
    sys.exit(_TOLD + number)


if __name__ == "__main__":
    main()
