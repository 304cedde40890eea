"""From a schema to its fields in words."""

from typing import Any

import pytest

from knative_lambda.adapters.schema_fields import Field, fields, resolved

DEFINITIONS: dict[str, dict[str, Any]] = {
    "name": {"description": "At most 9 long.", "maxLength": 9},
    "base": {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "string"}, "b": {"$ref": "#/$defs/name", "type": "string"}},
    },
}


def only(node: dict[str, Any]) -> Field:
    (field,) = fields({"properties": {"x": node}}, DEFINITIONS)
    return field


@pytest.mark.parametrize(
    ("node", "words"),
    [
        ({}, "any"),
        ({"const": "1.0"}, "`1.0`"),
        ({"enum": ["a", "b", None]}, "`a`, `b`"),
        ({"type": ["string", "null"]}, "text"),
        ({"type": "boolean"}, "true or false"),
        ({"type": ["integer", "null"], "minimum": 1, "maximum": 9}, "whole number, 1 to 9"),
        ({"type": "array", "maxItems": 3}, "list, at most 3"),
        ({"type": "object"}, "object"),
        ({"type": "object", "maxProperties": 3}, "object of texts, at most 3"),
        ({"type": ["string", "integer"]}, "text, integer"),
    ],
    ids=str,
)
def test_a_type_is_told_in_words(node: dict[str, Any], words: str) -> None:
    assert only(node).type == words


@pytest.mark.parametrize(
    ("default", "told"), [(7, "7"), ("a", '"a"'), (False, "false"), ([], "[]")]
)
def test_a_default_is_told_as_json(default: object, told: str) -> None:
    assert only({"default": default}).default == told
    assert only({}).default == ""


def test_a_field_means_what_it_says_itself_and_then_what_its_rule_says() -> None:
    field = only({"$ref": "#/$defs/name", "description": "Its name."})

    assert field.meaning == "Its name. At most 9 long."


def test_names_and_values_of_an_object_of_texts_are_told() -> None:
    field = only(
        {
            "description": "Variables.",
            "propertyNames": {"$ref": "#/$defs/name"},
            "additionalProperties": {"description": "Any."},
        }
    )

    assert field.meaning == "Variables. Each name: At most 9 long. Each value: Any."


@pytest.mark.parametrize("values", [False, {"type": "string"}], ids=str)
def test_values_that_are_not_explained_are_not_told(values: object) -> None:
    field = only({"description": "Headers.", "additionalProperties": values})

    assert field.meaning == "Headers."


def test_what_is_inside_follows_under_its_path() -> None:
    inner = {"type": "object", "required": ["c"], "properties": {"c": {}, "d": {}}}
    node = {"properties": {"a": inner, "b": {"type": "array", "maxItems": 2, "items": inner}}}

    told = [(field.path, field.required) for field in fields(node, {})]

    assert told == [
        ("a", False), ("a.c", True), ("a.d", False),
        ("b", False), ("b[]", False), ("b[].c", True), ("b[].d", False),
    ]  # fmt: skip


def test_what_is_referred_to_and_what_is_written_are_one() -> None:
    node = {
        "$ref": "#/$defs/base",
        "required": ["b"],
        "properties": {"b": {"description": "B."}, "c": {}},
    }

    told = {field.path: field for field in fields(node, DEFINITIONS)}

    assert {path: field.required for path, field in told.items()} == {
        "a": True, "b": True, "c": False,
    }  # fmt: skip
    assert (told["b"].type, told["b"].meaning) == ("text", "B. At most 9 long.")


def test_of_two_words_on_a_matter_its_own_counts() -> None:
    node = {"$ref": "#/$defs/name", "maxLength": 5}

    assert resolved(node, DEFINITIONS)["maxLength"] == 5
    assert DEFINITIONS["name"]["maxLength"] == 9
