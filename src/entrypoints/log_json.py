"""Lines of the log as JSON: with the time and their context, and without secrets."""

import json
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import orjson
from structlog.typing import EventDict, Processor

from knative_lambda.application.log_context import said
from knative_lambda.domain.instants import format_instant
from knative_lambda.domain.redaction import Redactor
from knative_lambda.domain.texts import each_text

_AS_TEXT: Final = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
_SECOND: Final = 1_000_000_000
_DELETE: Final = "\x7f"


def json_lines(redact: Redactor) -> Processor:
    """The last processor."""

    def rendered(_logger: object, _method: str, line: EventDict) -> str:
        told = {"timestamp": _now(), **said(), **line}
        text = _json(told)
        # Nearly all lines hold no secret: one look at a line, and none at each field.
        if redact.suspects(text):
            text = _json({name: each_text(one, redact.field, name) for name, one in told.items()})
        return text

    return rendered


def _now() -> str:
    second, part = divmod(time.time_ns(), _SECOND)
    return f"{_until(second)}.{part // 1000:06d}Z"


@lru_cache(maxsize=1)
def _until(second: int) -> str:
    return format_instant(second * _SECOND).removesuffix("Z")


def _json(line: Mapping[str, object]) -> str:
    """Of ASCII alone, none of which steers the terminal that a log may be read on."""
    try:
        text = orjson.dumps(line, default=str, option=_AS_TEXT).decode()
        if text.isascii() and _DELETE not in text:
            return text
    except orjson.JSONEncodeError:  # half of a surrogate pair, or a number of more than 64 bits
        pass
    return json.dumps(line, default=str, separators=(",", ":"))
