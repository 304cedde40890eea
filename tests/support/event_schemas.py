"""Schemas at work: validators that take patterns as ECMAScript does, and what intake says."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators

from knative_lambda.adapters.schemas import schema
from knative_lambda.domain import intake
from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.errors import PermanentError

DEFAULT_SOURCE = "s3://sources/{third_party_id}/{parser_id}.tar.gz"
_END = re.compile(r"\$(?=\)|$)")  # a dollar sign that is no character of a class


def matches(pattern: str, text: str) -> bool:
    """Whether ECMAScript finds *pattern* in *text*: there the end is not before a line break."""
    return re.search(_END.sub(r"\\Z", pattern), text) is not None


def _pattern(
    _: object, pattern: str, instance: object, __: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not matches(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_Validator: Any = validators.extend(  # type: ignore[no-untyped-call]  # the stubs lack it
    Draft202012Validator, {"pattern": _pattern}
)


@cache
def validator(event_type: str) -> Any:
    """By the schema of that type, which for outcomes says what is consumed."""
    return _Validator(schema(event_type))


@cache
def _published(event_type: str) -> Any:
    definitions = schema(event_type)["$defs"]
    return _Validator({"$ref": "#/$defs/published", "$defs": definitions})


def is_valid(event: Mapping[str, Any]) -> bool:
    """Whether *event* keeps the schema of its type."""
    return bool(validator(event["type"]).is_valid(event))


def published_faults(event: Mapping[str, Any]) -> list[str]:
    """What is wrong with *event* as one that the service publishes itself."""
    rules = [validator(event["type"])]
    if "published" in schema(event["type"])["$defs"]:
        rules.append(_published(event["type"]))
    return [
        f"{error.json_path}: {error.message}" for rule in rules for error in rule.iter_errors(event)
    ]


def refusal(
    event: Mapping[str, Any], default_source: str = DEFAULT_SOURCE
) -> PermanentError | None:
    """Why the data of *event* is refused; `None` if it is taken."""
    came = CloudEvent(id="1", source=event["source"], type=event["type"], data=event["data"])
    try:
        intake.read(came, default_source)
    except PermanentError as error:
        return error
    return None
