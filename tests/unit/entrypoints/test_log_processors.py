"""What becomes of a line before anybody reads it."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog

from knative_lambda.application import log_context
from knative_lambda.domain.redaction import Redactor
from knative_lambda.entrypoints.log_processors import processors

Write = Callable[..., str]

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
HIDDEN = "QWERTYuiop0123456789"
FORMS = {
    "a password in a URL": f"https://user:{HIDDEN}@host.test",
    "a header": f"Authorization: Basic {HIDDEN}",
    "a bearer": f"bearer {HIDDEN}",
    "what signs a URL": f"https://host.test/?sig={HIDDEN}",
    "what signs one of AWS": f"https://host.test/?X-Amz-Credential={HIDDEN}",
    "a password": f"passwd={HIDDEN}",
    "a passphrase": f"passphrase: {HIDDEN}",
    "a secret": f"secret={HIDDEN}",
    "a token": f"npm_{HIDDEN}",
    "a token of PyPI": f"pypi-{HIDDEN}",
    "a token of GitLab": f"glpat-{HIDDEN}",
    "a token of GitHub": f"github_pat_{HIDDEN}",
    "a token of Docker": f"dckr_pat_{HIDDEN}",
    "a token of Slack": f"xoxb-{HIDDEN}",
    "a JSON Web Token": f"eyJ{HIDDEN}.{HIDDEN}.{HIDDEN}",
    "a private key": f"-----BEGIN PRIVATE KEY-----\n{HIDDEN}\n-----END PRIVATE KEY-----",
}


@pytest.fixture
def write() -> Iterator[Write]:
    """Logs one line, and gives what was written."""
    before = structlog.get_config()

    def one(event: str, *, as_json: bool, redact: Redactor, **fields: Any) -> str:
        out = io.StringIO()
        structlog.configure(
            processors=processors(as_json=as_json, redact=redact),
            logger_factory=structlog.WriteLoggerFactory(out),
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


@pytest.mark.parametrize("secret", ['pass"word\\one', "pass\nword", "pässwort-1", "pass\x7fword"])
@pytest.mark.parametrize("where", ["a text", "deep", "JSON"])
def test_a_secret_that_json_writes_in_another_way_is_found(
    write: Write, secret: str, where: str
) -> None:
    said = {
        "a text": f"it is {secret}.",
        "deep": [{"it": secret}],
        "JSON": json.dumps({"it": secret}),
    }
    line = write("it.happened", as_json=True, redact=Redactor.of([secret]), said=said[where])

    assert "[redacted]" in line
    assert secret not in str(json.loads(line)["said"])
    assert json.dumps(secret)[1:-1] not in line


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("before", ["", "a", "0a1b://", "key"])
def test_each_form_is_found_wherever_it_stands(write: Write, form: str, before: str) -> None:
    planted = FORMS[form]
    line = write("it.happened", as_json=True, redact=Redactor(), said=f"{before} {planted}")

    assert "[redacted]" in line
    assert "QWERTYuiop" not in line


def test_a_line_as_json_is_of_ascii_alone(write: Write) -> None:
    said = {"said": "\x9b2Jé\x7f\u202e", "half": "\ud800", "large": 2**70, "when": NOON}
    line = write("it.happened", as_json=True, redact=Redactor(), **said)

    assert line.isascii()
    assert line.rstrip("\n").isprintable()
    assert json.loads(line).items() >= {**said, "when": str(NOON)}.items()


def test_a_line_tells_its_context_and_when_it_was(write: Write) -> None:
    log_context.begin(build_id="1", parser_id="greeter")
    log_context.add(build_id="2", trace_id=None)
    line = json.loads(write("it.happened", as_json=True, redact=Redactor(), parser_id="own"))
    log_context.begin()

    at = datetime.fromisoformat(line.pop("timestamp"))
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=1)
    assert line == {
        "build_id": "2",
        "parser_id": "own",
        "event": "it.happened",
        "level": "info",
    }


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
