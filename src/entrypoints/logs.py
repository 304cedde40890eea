"""Where the log goes: standard error, plainly."""

import logging
import os
import sys

import structlog

from knative_lambda.settings import Settings


def configure(settings: Settings) -> None:
    """The commands tell a story of their own; the log speaks in between only when asked to."""
    name = settings.log_level if "KLB_LOG_LEVEL" in os.environ else "warning"
    # Plain tracebacks: those of rich show every local variable, and one may be a key.
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[structlog.processors.add_log_level, plain],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, name.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
