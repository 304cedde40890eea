"""How the service and its commands log: what the settings say, and whether a person reads it."""

import os
import sys
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote, urlsplit

from knative_lambda.domain.redaction import Redactor
from knative_lambda.entrypoints.log_output import log_to_stderr
from knative_lambda.settings import Settings

# What the story of a quiet command has a line for, too.
_TOLD: Final = frozenset({"build.warned"})


def configure(settings: Settings, *, quiet: bool) -> None:
    """A *quiet* command tells a story of its own: the log speaks in between only when asked to."""
    asked_to = not quiet or "KLB_LOG_LEVEL" in os.environ
    level = settings.log_level if asked_to else "warning"
    as_json = settings.log_format == "json" or (
        settings.log_format == "auto" and not quiet and not sys.stderr.isatty()
    )
    untold = frozenset() if asked_to else _TOLD
    log_to_stderr(level, as_json=as_json, untold=untold, redact=Redactor.of(_secrets(settings)))


def _secrets(settings: Settings) -> Iterator[str]:
    """What has no form that it is recognized by, but is known."""
    yield settings.completion_key
    for url in (settings.rabbitmq_url, settings.sink):
        yield unquote(urlsplit(url).password or "")
    for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        yield os.environ.get(name, "")
