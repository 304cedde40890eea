"""Patterns: each rule on text as ECMAScript writes it, and as ECMAScript itself reads it."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from support.event_schemas import matches

from knative_lambda.adapters.schema_definitions import definitions
from knative_lambda.adapters.schemas import schema, types
from knative_lambda.domain import rules
from knative_lambda.domain.fields import Pattern

SCHEMAS = [schema(kind.name) for kind in types()]
MORE = ("https://user:word@a.test/b", "0" * 64, "PORT")  # a login, a signature, a variable
ENDS = ("", "\n", " ", ".", "/", "-", "/..", "\u0661", "\u2028", "\0", "\ud800", "a" * 300)
ASK_NODE = """
const { patterns, texts } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const found = patterns.map((p) => texts.map((t) => new RegExp(p, 'u').test(t)));
process.stdout.write(JSON.stringify(found));
"""


def inside(value: Any) -> Iterator[Any]:
    """*value*, and everything inside of it."""
    yield value
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from inside(inner)


def texts() -> list[str]:
    """All texts of the examples, and some that are nearly like them."""
    examples = inside([whole["examples"] for whole in SCHEMAS])
    known = sorted({text for text in examples if isinstance(text, str)})
    return [*MORE, *ENDS, *(text + end for text in known for end in ENDS)]


TEXTS = texts()


@pytest.mark.parametrize(
    "name", [name for name, rule in vars(rules).items() if isinstance(rule, Pattern)]
)
def test_a_rule_on_text_becomes_a_definition(name: str) -> None:
    rule: Pattern = getattr(rules, name)
    definition = definitions()[name.lower()]
    longest, pattern = definition["maxLength"], definition["pattern"]

    assert definition["description"].casefold() == f"{rule.words}.".casefold()
    assert [len(text) <= longest and matches(pattern, text) for text in TEXTS] == [
        rule.allows(text) for text in TEXTS
    ]


def test_ecmascript_reads_every_pattern_as_we_do() -> None:
    nodes = [node for node in inside(SCHEMAS) if isinstance(node, dict)]
    patterns = sorted({node["pattern"] for node in nodes if isinstance(node.get("pattern"), str)})
    asked = json.dumps({"patterns": patterns, "texts": TEXTS})

    node = subprocess.run(
        ["node", "-e", ASK_NODE], input=asked, capture_output=True, text=True, check=True
    )

    assert len(patterns) > 20
    for pattern, found in zip(patterns, json.loads(node.stdout), strict=True):
        assert found == [matches(pattern, text) for text in TEXTS], pattern
        assert {*found} == {True, False}, pattern
