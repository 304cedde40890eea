"""What every schema has: a name, words, examples that hold, and nothing outside of itself."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from support.event_schemas import is_valid, published_faults, refusal

from knative_lambda.adapters.schema_definitions import definitions
from knative_lambda.adapters.schema_fields import fields
from knative_lambda.adapters.schemas import schema, types
from knative_lambda.domain.announcement import PUBLISHED
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.intake import CONSUMED
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message

NAMES = [kind.name for kind in types()]
EXAMPLES = [example for name in NAMES for example in schema(name)["examples"]]
OURS = [event for event in EXAMPLES if event["source"].startswith("network.notifi.")]
BUILD_START = """{
  "type": "network.notifi.lambda.build.start",
  "source": "rabbitmq",
  "data": {
    "third_party_id": "example-org",
    "parser_id": "user-parser",
    "build_type": "lambda",
    "runtime": "nodejs22",
    "source_url": "https://github.com/example/parser",
    "build_timeout": 1800
  }
}"""
BUILD_COMPLETE = """{
  "type": "network.notifi.lambda.build.complete",
  "source": "rabbitmq",
  "data": {
    "third_party_id": "example-org",
    "parser_id": "user-parser",
    "job_name": "build-example-org-user-parser-abc123",
    "status": "success",
    "image_uri": "123456789.dkr.ecr.us-west-2.amazonaws.com/parser:abc123",
    "duration": "2m30s",
    "correlation_id": "corr-123"
  }
}"""


def test_exactly_what_is_consumed_is_marked_as_consumed() -> None:
    assert {kind.name for kind in types() if kind.consumed} == CONSUMED


def test_exactly_what_is_published_is_marked_as_published() -> None:
    # Where there is no queue for them, dead letters are published too.
    expected = PUBLISHED | {f"{PREFIX}dead.letter"}

    assert {kind.name for kind in types() if kind.published} == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one_by_the_draft_that_it_names(name: str) -> None:
    whole = schema(name)

    Draft202012Validator.check_schema(whole)
    assert whole["$schema"] == Draft202012Validator.META_SCHEMA["$schema"]


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_says_which_it_is_and_what_it_means(name: str) -> None:
    whole = schema(name)
    short = name.removeprefix(PREFIX)

    assert short.startswith(whole["$id"].removeprefix("urn:network.notifi.lambda:"))
    assert whole["title"]
    assert whole["description"].endswith(".")
    assert not {"readOnly", "writeOnly"} <= whole.keys()


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside of *value* that is no example."""
    if isinstance(value, dict):
        yield value
        for name, inner in value.items():
            if name != "examples":
                yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_refers_to_all_that_it_holds_and_to_nothing_else(name: str) -> None:
    whole = schema(name)
    referred = {node["$ref"] for node in nodes(whole) if "$ref" in node}
    held = {f"#/$defs/{definition}" for definition in whole["$defs"]}

    assert referred <= held
    assert held - referred <= {"#/$defs/published"}


def test_every_shared_definition_is_used() -> None:
    used = {definition for name in NAMES for definition in schema(name)["$defs"]}

    assert set(definitions()) <= used


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_explained(name: str) -> None:
    whole = schema(name)
    forms = [whole, whole["$defs"].get("published", whole)]
    told = [field for form in forms for field in fields(form, whole["$defs"])]

    assert [field.path for field in told if not field.meaning and field.path != "data"] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_has_examples_that_hold_for_any_validator(name: str) -> None:
    whole = schema(name)

    assert whole["examples"]
    for example in whole["examples"]:
        Draft202012Validator(whole).validate(example)


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event["type"])
def test_an_example_can_be_read(event: dict[str, Any]) -> None:
    read = wire.decode(Message(json.dumps(event).encode(), wire.STRUCTURED))

    assert (read.type, read.source, read.data) == (event["type"], event["source"], event["data"])


@pytest.mark.parametrize(
    "event", [e for e in EXAMPLES if e["type"] in CONSUMED], ids=lambda event: event["type"]
)
def test_an_example_of_what_is_consumed_is_taken(event: dict[str, Any]) -> None:
    assert refusal(event, default_source="") is None


@pytest.mark.parametrize("event", OURS, ids=lambda event: event["type"])
def test_an_example_of_what_is_published_is_as_we_publish(event: dict[str, Any]) -> None:
    assert published_faults(event) == []


def test_every_type_that_is_published_has_an_example_of_ours() -> None:
    assert {event["type"] for event in OURS} == {kind.name for kind in types() if kind.published}


@pytest.mark.parametrize("sample", [BUILD_START, BUILD_COMPLETE], ids=["start", "complete"])
def test_what_producers_send_today_keeps_its_schema_and_is_an_example(sample: str) -> None:
    event = json.loads(sample)

    assert is_valid(event)
    assert refusal(event) is None
    assert event in schema(event["type"])["examples"]
