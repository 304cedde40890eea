"""Ids: which are legal, and how those of requests are made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.domain import ids

from knative_lambda.domain.ids import FunctionId, is_id, is_request_id, request_id
from knative_lambda.domain.keys import Key, key_of

VISIBLE = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"]))


@given(text=ids())
def test_a_legal_id_names_a_function(text: str) -> None:
    assert FunctionId(text, "p").third_party_id == text
    assert FunctionId("t", text).parser_id == text


@pytest.mark.parametrize(
    "text",
    ["", "-a", "a-", ".a", "a.", "_", "a b", "a/b", "a\n", "ä", "٣", "a" * 64, "../etc", "{{x}}"],
)
def test_an_illegal_id_names_nothing(text: str) -> None:
    assert not is_id(text)
    with pytest.raises(ValueError, match="third_party_id must be 1 to 63 letters"):
        FunctionId(text, "p")
    with pytest.raises(ValueError, match="parser_id must be 1 to 63 letters"):
        FunctionId("t", text)


def test_an_id_may_have_63_characters() -> None:
    assert is_id("a" * 63)


@given(source=VISIBLE, event_id=VISIBLE)
def test_a_request_has_one_id_however_often_it_is_made(source: str, event_id: str) -> None:
    made = request_id(source, event_id)

    assert is_request_id(made)
    assert made == request_id(source, event_id)


def test_source_id_and_content_all_tell_requests_apart() -> None:
    made = {
        request_id("shop", "1"),
        request_id("shop", "2"),
        request_id("other", "1"),
        request_id("shop1", ""),
        request_id("shop", "1", "a" * 64),
        request_id("shop", "1", "b" * 64),
    }

    assert len(made) == 6


@pytest.mark.parametrize("text", ["", "a" * 31, "a" * 33, "A" * 32, "g" * 32, "a" * 32 + "\n"])
def test_other_text_is_no_request_id(text: str) -> None:
    assert not is_request_id(text)


def test_the_time_of_a_request_counts_until_its_arrival_and_no_further() -> None:
    assert key_of(5, 10, "r") == Key(5, "r")
    assert key_of(10, 10, "r") == Key(10, "r")
    assert key_of(11, 10, "r") == Key(10, "r")
    assert key_of(None, 10, "r") == Key(10, "r")
    assert key_of(0, 10, "r") == Key(0, "r")


def test_keys_are_ordered_by_time_and_then_by_id() -> None:
    assert Key(1, "z") < Key(2, "a") < Key(2, "b")
