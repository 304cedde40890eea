"""What a line of the log goes through until it is text."""

import os
import sys

import structlog
from structlog.typing import EventDict, Processor

from knative_lambda.application.log_context import in_context
from knative_lambda.domain.printable import printable
from knative_lambda.domain.redaction import Redactor, redacted
from knative_lambda.domain.texts import each_text
from knative_lambda.entrypoints.log_json import json_lines


def processors(
    *, as_json: bool, untold: frozenset[str] = frozenset(), redact: Redactor = redacted
) -> list[Processor]:
    """All of it, in order; the arguments are those of `log_output.log_to_stderr`."""

    def dropped(_logger: object, _method: str, line: EventDict) -> EventDict:
        if line["event"] in untold:
            raise structlog.DropEvent
        return line

    def harmless(_logger: object, _method: str, line: EventDict) -> EventDict:
        for name, value in line.items():
            if not name.startswith("_"):  # those are of structlog's own
                line[name] = each_text(value, shown, name)
        return line

    def shown(name: str, text: str) -> str:
        return printable(redact.field(name, text), kept="\n\t")

    common: list[Processor] = [
        *([dropped] if untold else []),
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
    ]
    if as_json:
        return [*common, json_lines(redact)]
    console = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty() and not os.environ.get("NO_COLOR"),
        # Plain tracebacks: those of rich show every local variable, and one may be a key.
        exception_formatter=structlog.dev.plain_traceback,
    )
    return [*common, in_context, harmless, console]
