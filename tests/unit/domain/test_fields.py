"""How wrong values are noted and shown."""

import pytest
from hypothesis import given
from support.domain import json_values

from knative_lambda.domain.fields import Fields, InvalidRequestError, Problem, pattern, shown
from knative_lambda.domain.rejection import Rejection

WORD = pattern(r"[a-z]+", 5, "lower-case letters")


def test_a_pattern_counts_characters_and_matches_in_whole() -> None:
    assert WORD.allows("abcde")
    assert not WORD.allows("abcdef")
    assert not WORD.allows("abc\n")
    assert not WORD.allows("")
    assert WORD.words == "lower-case letters, at most 5 long"


@given(value=json_values())
def test_a_value_is_shown_on_one_short_line(value: object) -> None:
    text = shown(value)

    assert len(text) <= 63
    assert text.isascii()
    assert text.isprintable()


def test_a_long_value_is_cut_with_a_mark() -> None:
    assert shown("a" * 200) == "'" + "a" * 59 + "..."


def test_a_secret_is_not_shown() -> None:
    assert shown("hunter2", secret=True) == "(hidden)"


def test_reading_goes_on_after_a_wrong_field() -> None:
    fields = Fields({"a": 1, "b": "B", "c": "fine"}, [], "outer.")

    assert fields.text("a", WORD) is None
    assert fields.text("b", WORD, secret=True) is None
    assert fields.text("c", WORD) == "fine"
    assert fields.text("d", WORD) is None
    assert [str(problem) for problem in fields.problems] == [
        "outer.a: 1: must be lower-case letters, at most 5 long",
        "outer.b: (hidden): must be lower-case letters, at most 5 long",
    ]


def test_what_is_required_and_missing_says_what_it_would_be() -> None:
    fields = Fields({"a": None}, [])

    assert fields.required("a", WORD) == ""
    assert fields.problems == [
        Problem("a", "missing", "required: lower-case letters, at most 5 long")
    ]


def test_problems_deeper_down_are_noted_in_the_same_list() -> None:
    fields = Fields({"a": {"b": {"c": 1, "x\n": 2}}}, [])

    assert fields.section("a", ["b"]).section("b", ["c"]).whole("c", 2, 3, 2) == 2
    assert [problem.field for problem in fields.problems] == ["a.b.x\\n", "a.b.c"]


def test_the_error_has_all_problems_in_one_line() -> None:
    error = InvalidRequestError([Problem("a", "1", "bad"), Problem("b", "2", "worse")])

    assert (error.rejection, error.detail) == (Rejection.INVALID, "a: 1: bad; b: 2: worse")
    assert str(error) == error.detail


@pytest.mark.parametrize("value", [{"a": 1}, "ab", 3, True])
def test_what_is_no_list_is_read_as_none(value: object) -> None:
    fields = Fields({"a": value}, [])

    assert fields.listed("a", 3) == ()
    assert fields.problems[0].rule == "must be a list of at most 3"


def test_a_value_nested_too_deeply_is_named_by_its_type() -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]

    assert shown(value) == "list, nested too deeply to show"
