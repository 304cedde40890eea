"""Where the log goes: standard error, a line each; other libraries' warnings among ours."""

import logging
import os
import sys

import structlog
from structlog.typing import Processor

from knative_lambda.settings import Settings


def configure(settings: Settings, *, quiet: bool) -> None:
    """A *quiet* command tells a story of its own: the log speaks in between only when asked to."""
    asked = settings.log_level if "KLB_LOG_LEVEL" in os.environ or not quiet else "warning"
    as_json = settings.log_format == "json" or (
        settings.log_format == "auto" and not quiet and not sys.stderr.isatty()
    )
    level = getattr(logging, asked.upper())
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
    ]
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
