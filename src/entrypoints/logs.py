"""Where the log goes: standard error, a line each; other libraries' warnings among ours."""

import logging
import os
import sys
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor

from knative_lambda.settings import Settings

# What the story of a quiet command has a line for, too.
_TOLD: Final = frozenset({"build.warned"})


def configure(settings: Settings, *, quiet: bool) -> None:
    """A *quiet* command tells a story of its own: the log speaks in between only when asked to."""
    asked_to = not quiet or "KLB_LOG_LEVEL" in os.environ
    asked = settings.log_level if asked_to else "warning"
    as_json = settings.log_format == "json" or (
        settings.log_format == "auto" and not quiet and not sys.stderr.isatty()
    )
    level = getattr(logging, asked.upper())
    before: list[Processor] = [] if asked_to else [_untold]
    before += [structlog.contextvars.merge_contextvars, structlog.processors.add_log_level]
    if as_json:
        before += [
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
        ]
        last: Processor = structlog.processors.JSONRenderer()
    else:
        # Plain tracebacks: those of rich show every local variable, and one may be a key.
        plain = structlog.dev.plain_traceback
        last = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty() and not os.environ.get("NO_COLOR"),
            exception_formatter=plain,
        )
    structlog.configure(
        processors=[*before, last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=last, foreign_pre_chain=before)
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)


def _untold(_logger: Any, _method: str, event: EventDict) -> EventDict:
    if event["event"] in _TOLD:
        raise structlog.DropEvent
    return event
