"""The fields that a schema describes, one after another, in words for people."""

import json
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from knative_lambda.adapters.schema_definitions import Schema

Definitions = Mapping[str, Schema]

_WORDS: Final = {"string": "text", "boolean": "true or false"}


@attrs.frozen
class Field:
    """One field.

    Attributes:
        path: Its names from the outside in, with dots between; a list's items are `[]`.
        default: As JSON; empty for none.
    """

    path: str
    type: str
    required: bool
    default: str
    meaning: str


def fields(node: Schema, definitions: Definitions) -> Iterator[Field]:
    """What may stand in the object that *node* describes, each field before those inside of it.

    Args:
        node: A schema whose references are all to *definitions*.
        definitions: By their names.
    """
    return _inside(resolved(node, definitions), definitions, "")


def resolved(node: Schema, definitions: Definitions) -> Schema:
    """*node* and what it refers to, in one; of two words on a matter its own count."""
    if "$ref" not in node:
        return node
    base = resolved(definitions[node["$ref"].rpartition("/")[2]], definitions)
    return _merged(base, {name: rule for name, rule in node.items() if name != "$ref"}, definitions)


def _merged(base: Schema, own: Schema, definitions: Definitions) -> Schema:
    both = {**base, **own}
    if "required" in both:
        both["required"] = [*base.get("required", ()), *own.get("required", ())]
    if "description" in base and "description" in own:
        both["description"] = f"{own['description']} {base['description']}"
    if "properties" in both:
        before, after = base.get("properties", {}), own.get("properties", {})
        both["properties"] = {
            name: _merged(
                resolved(before.get(name, {}), definitions),
                resolved(after.get(name, {}), definitions),
                definitions,
            )
            for name in {**before, **after}
        }
    return both


def _inside(node: Schema, definitions: Definitions, prefix: str) -> Iterator[Field]:
    for name, inner in node.get("properties", {}).items():
        field = resolved(inner, definitions)
        required = name in node.get("required", ())
        yield from _field(field, definitions, prefix + name, required=required)


def _field(node: Schema, definitions: Definitions, path: str, *, required: bool) -> Iterator[Field]:
    yield Field(
        path=path,
        type=_type(node),
        required=required,
        default=json.dumps(node["default"], ensure_ascii=False) if "default" in node else "",
        meaning=" ".join(_meaning(node, definitions)),
    )
    yield from _inside(node, definitions, f"{path}.")
    if "items" in node:
        item = resolved(node["items"], definitions)
        yield from _field(item, definitions, f"{path}[]", required=False)


def _type(node: Schema) -> str:
    if "const" in node or "enum" in node:
        values = node.get("enum") or [node["const"]]
        return ", ".join(f"`{value}`" for value in values if value is not None)
    match [name for name in _as_list(node.get("type", "any")) if name != "null"]:
        case ["integer"]:
            words = f"whole number, {node['minimum']} to {node['maximum']}"
        case ["array"]:
            words = f"list, at most {node['maxItems']}"
        case ["object"] if "maxProperties" in node:
            words = f"object of texts, at most {node['maxProperties']}"
        case names:
            words = ", ".join(_WORDS.get(str(name), str(name)) for name in names)
    return words


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _meaning(node: Schema, definitions: Definitions) -> Iterator[str]:
    yield node.get("description", "")
    for which, name in (("name", "propertyNames"), ("value", "additionalProperties")):
        rule = resolved(node.get(name) or {}, definitions)
        if "description" in rule:
            yield f"Each {which}: {rule['description']}"
