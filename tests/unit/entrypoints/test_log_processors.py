"""What becomes of a line before anybody reads it."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog

from knative_lambda.domain.redaction import Redactor
from knative_lambda.entrypoints.log_processors import processors

Write = Callable[..., str]


@pytest.fixture
def write() -> Iterator[Write]:
    """Logs one line, and gives what was written."""
    before = structlog.get_config()

    def one(event: str, *, as_json: bool, redact: Redactor, **fields: Any) -> str:
        out = io.StringIO()
        structlog.configure(
            processors=processors(as_json=as_json, redact=redact),
            logger_factory=structlog.PrintLoggerFactory(out),
            cache_logger_on_first_use=False,
        )
        structlog.get_logger().info(event, **fields)
        return out.getvalue()

    yield one
    structlog.configure(**before)


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize(
    "fields",
    [
        {"error": "it is correct-horse-battery"},
        {"nested": {"list": ["correct-horse-battery"]}},
        {"password": "no-form-but-a-name"},
        {"what": ValueError("https://user:correct-horse-battery@broker.test")},
    ],
    ids=["known", "deep", "by its name", "in an error"],
)
def test_no_line_holds_a_secret(write: Write, fields: dict[str, Any], *, as_json: bool) -> None:
    redact = Redactor.of(["correct-horse-battery"])
    line = write("it.happened", as_json=as_json, redact=redact, **fields)

    assert "[redacted]" in line
    assert "horse" not in line
    assert "no-form" not in line


@pytest.mark.parametrize("as_json", [True, False])
def test_no_traceback_holds_a_secret(write: Write, *, as_json: bool) -> None:
    try:
        urlsplit("amqp://user:correct-horse@[broker.test")
    except ValueError as broken:
        broken.add_note("amqp://user:correct-horse@broker.test")
        line = write("it.broke", as_json=as_json, redact=Redactor(), exc_info=broken)

    assert "Traceback" in line
    assert "amqp://[redacted]@broker.test" in line
    assert "correct-horse" not in line


def test_no_value_steers_a_terminal(write: Write) -> None:
    line = write("it.happened", as_json=False, redact=Redactor(), said="\x1b[2J\u202egone\r")

    assert line.isprintable() or "\n" in line
    assert "\x1b[2J" not in line
    assert "\\x1b[2J\\u202egone\\r" in line


def test_a_program_reads_values_as_they_are(write: Write) -> None:
    fields = {"said": "two\nlines", "many": 3, "gone": None}
    line = write("it.happened", as_json=True, redact=Redactor(), **fields)

    read = json.loads(line)
    assert read.items() >= fields.items()
