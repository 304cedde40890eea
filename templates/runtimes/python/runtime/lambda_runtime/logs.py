"""Log lines: one JSON object per line, for the wrapper and for the tenant's handler."""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

_TRACE_ID_LENGTH = 32
_SPAN_ID_LENGTH = 16


class Logger:
    """What a handler logs with: each call is one line on stdout that names the event."""

    __slots__ = ("_event_id", "_traceparent")

    def __init__(self, event_id: str, traceparent: str | None) -> None:
        self._event_id = event_id
        self._traceparent = traceparent

    def info(self, message: str, fields: Mapping[str, object] | None = None) -> None:
        self._write("info", message, fields)

    def warn(self, message: str, fields: Mapping[str, object] | None = None) -> None:
        self._write("warn", message, fields)

    def error(self, message: str, fields: Mapping[str, object] | None = None) -> None:
        self._write("error", message, fields)

    def _write(self, level: str, message: str, fields: Mapping[str, object] | None) -> None:
        named = event_identity(self._event_id, self._traceparent)
        _write_line(sys.stdout, level, message, {**(fields or {}), **named})


def log_info(message: str, fields: Mapping[str, object]) -> None:
    _write_line(sys.stdout, "info", message, fields)


def log_warning(message: str, fields: Mapping[str, object]) -> None:
    _write_line(sys.stderr, "warn", message, fields)


def log_error(message: str, fields: Mapping[str, object]) -> None:
    _write_line(sys.stderr, "error", message, fields)


def event_identity(event_id: str, traceparent: str | None) -> dict[str, str]:
    """The fields that tell which event a line is about."""
    return {"event_id": event_id, **_trace_ids(traceparent)}


def _write_line(stream: TextIO, level: str, message: str, fields: Mapping[str, object]) -> None:
    head = {
        "level": level,
        "message": str(message),
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }
    try:
        line = json.dumps({**head, **fields, **head}, default=str, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        # A field that JSON has no form for (a tuple as key, NaN, a cycle) must not cost the line.
        line = json.dumps({**head, "fields": repr(fields)})
    stream.write(line + "\n")


def _trace_ids(traceparent: str | None) -> dict[str, str]:
    """The W3C trace context's ids; nothing for a missing or malformed header."""
    match (traceparent or "").split("-"):
        case [_, trace, span, *_] if (
            len(trace) == _TRACE_ID_LENGTH and len(span) == _SPAN_ID_LENGTH
        ):
            return {"trace_id": trace, "span_id": span}
    return {}
