"""Lines of the log as JSON: with the time and their context, and without secrets."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import orjson
from structlog.typing import EventDict, Processor

from knative_lambda.application.log_context import said
from knative_lambda.domain.redaction import Redactor
from knative_lambda.domain.texts import each_text

_AS_TEXT: Final = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
_CONTEXTS: Final = 256  # that are remembered; there are as many as deliveries in hand
_DELETE: Final = "\x7f"


def json_lines(redact: Redactor) -> Processor:
    """The last processor."""
    # Lines of a delivery share their context, which is looked over once.
    context_suspected = lru_cache(maxsize=_CONTEXTS)(redact.suspects)

    def rendered(_logger: object, _method: str, line: EventDict) -> str:
        context = said()
        whole = {"timestamp": _now(), **context, **line}
        # Nearly all lines hold no secret: one look at a line, and none at each field.
        if context_suspected(_json(context)) or redact.suspects(_json(line)):
            whole = {name: each_text(value, redact.field, name) for name, value in whole.items()}
        return _json(whole)

    return rendered


def _now() -> str:
    return datetime.now(UTC).isoformat().removesuffix("+00:00") + "Z"


def _json(value: Mapping[str, Any]) -> str:
    """Of ASCII alone, none of which steers the terminal that a log may be read on."""
    try:
        text = orjson.dumps(value, default=str, option=_AS_TEXT).decode()
        if text.isascii() and _DELETE not in text:
            return text
    except orjson.JSONEncodeError:  # half of a surrogate pair, or a number of more than 64 bits
        pass
    return json.dumps(value, default=str, separators=(",", ":"))
