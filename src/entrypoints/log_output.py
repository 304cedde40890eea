"""The log on standard error, a line for each thing that happens; other libraries' among ours."""

import logging
import os
import sys

import structlog
from structlog.typing import EventDict, Processor


def log_to_stderr(level: str, *, as_json: bool, untold: frozenset[str] = frozenset()) -> None:
    """Log what is at least of that *level*: `debug`, `info`, `warning` or `error`.

    Of the lines of ours, those that are *untold* are left out.
    """

    def dropped(_logger: object, _method: str, line: EventDict) -> EventDict:
        if line["event"] in untold:
            raise structlog.DropEvent
        return line

    least = getattr(logging, level.upper())
    before: list[Processor] = [
        dropped,
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
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=last, foreign_pre_chain=before)
    )
    logging.basicConfig(handlers=[handler], level=max(least, logging.WARNING), force=True)
