"""What a line of the log goes through until it is text."""

import os
import sys

import structlog
from structlog.typing import EventDict, Processor

from knative_lambda.domain.printable import printable
from knative_lambda.domain.redaction import Redactor, redacted
from knative_lambda.domain.texts import all_text, each_text


def processors(
    *, as_json: bool, untold: frozenset[str] = frozenset(), redact: Redactor = redacted
) -> list[Processor]:
    """All of it, in order; the arguments are those of `log_output.log_to_stderr`."""

    def dropped(_logger: object, _method: str, line: EventDict) -> EventDict:
        if line["event"] in untold:
            raise structlog.DropEvent
        return line

    def shown(name: str, text: str) -> str:
        told = redact.field(name, text)
        return told if as_json else printable(told, kept="\n\t")

    def harmless(_logger: object, _method: str, line: EventDict) -> EventDict:
        # Nearly all lines hold nothing of the kind: one look at a line, and none at each field.
        if as_json and not redact.suspects(all_text(line)):
            return line
        for name, value in line.items():
            if not name.startswith("_"):  # those are of structlog's own
                line[name] = each_text(value, shown, name)
        return line

    last: Processor
    if as_json:
        last = structlog.processors.JSONRenderer(default=str)
    else:
        last = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty() and not os.environ.get("NO_COLOR"),
            # Plain tracebacks: those of rich show every local variable, and one may be a key.
            exception_formatter=structlog.dev.plain_traceback,
        )
    return [
        dropped,
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        *([structlog.processors.TimeStamper(fmt="iso")] if as_json else []),
        structlog.processors.format_exc_info,
        harmless,
        last,
    ]
