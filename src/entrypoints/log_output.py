"""The log on standard error, a line for each thing that happens; other libraries' among ours."""

import logging
import sys

import structlog

from knative_lambda.domain.redaction import Redactor, redacted
from knative_lambda.entrypoints.log_processors import processors


def log_to_stderr(
    level: str,
    *,
    as_json: bool,
    untold: frozenset[str] = frozenset(),
    redact: Redactor = redacted,
) -> None:
    """Log, without credentials, and so that no value steers a terminal.

    Args:
        level: The least that is logged: `debug`, `info`, `warning` or `error`.
        as_json: For programs, with times; else for a person.
        untold: Lines of ours that are left out.
        redact: Takes credentials out of any text.
    """
    least = getattr(logging, level.upper())
    *before, last = processors(as_json=as_json, untold=untold, redact=redact)
    structlog.configure(
        processors=[*before, last],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=last, foreign_pre_chain=before)
    )
    logging.basicConfig(handlers=[handler], level=max(least, logging.WARNING), force=True)
