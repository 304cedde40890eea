"""Values of strangers reach a terminal only as text."""

import json

from knative_lambda.adapters.terminal.printable import as_json, cut, fitted


def test_json_is_indented_and_means_the_same() -> None:
    value = {"größer": ["\x1b\x9b\u202e\ud83d\U000e0001\x7f", 1.5, None]}
    text = as_json(value)
    assert all(one.isprintable() or one == "\n" for one in text)
    assert "größer" in text
    assert json.loads(text) == value


def test_what_has_no_room_is_cut_and_says_so() -> None:
    assert cut("abcdef", 4) == "abc…"
    assert cut("abcd", 4) == cut("abcd", None) == "abcd"


def test_prose_is_broken_between_words_and_a_long_word_stays_whole() -> None:
    text = f"one two {'x' * 60} three\nfour"
    assert fitted(text, 50) == ["one two", "x" * 60, "three", "four"]
    assert fitted(text, None) == fitted(text, 20) == text.splitlines()
    assert fitted("", 50) == []
