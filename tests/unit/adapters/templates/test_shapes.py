"""What is read by its shape is what a reader of YAML makes of it."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.adapters.templates import shapes

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), max_codepoint=0x7E))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, VALUES)
def test_values_are_filled_in_as_they_are(first: object, second: object) -> None:
    for value in (first, second):
        assert shapes.read(f"a: {json.dumps(value)}\nb: [x, 1]\n") == {"a": value, "b": ["x", 1]}


@pytest.mark.parametrize(
    "text",
    [
        'a: "x"  # as in "y"\n',
        'a: say "x" to them\n',
        "a: 'it is \"x\"'\n",
        'a: |\n  "x"\n',
        'a: "\\x41"\n',
        'a: "two\n  lines"\nb: "x"\n',
        '"a": {"b": "c"}\nd: &one {e: "f"}\ng: *one\n',
        "a: '@0@'\nb: \"x\"\n",
        "a: [1, 2.5, true, null, 2026-11-28]\n",
    ],
)
def test_a_quote_need_not_begin_a_string(text: str) -> None:
    for _ in range(2):
        assert shapes.read(text) == yaml.safe_load(text)


def test_what_was_read_can_be_changed_without_harm() -> None:
    for text in ('a: {b: "x"}\n', 'a: {b: "y"}\n'):
        found = shapes.read(text)
        assert isinstance(found, dict)
        assert found["a"].keys() == {"b"}
        found["a"]["c"] = 1


def test_a_fault_is_told_with_the_line_that_it_is_in() -> None:
    with pytest.raises(yaml.MarkedYAMLError) as raised:
        shapes.read('a: "x"\nb: "y" "z"\n')
    assert raised.value.problem_mark is not None
    assert raised.value.problem_mark.line == 1
