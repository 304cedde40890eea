"""Text of strangers reaches a terminal only as text."""

import json

import pytest

from knative_lambda.adapters.terminal.printable import as_json, cut, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("größer ☃ 漢字", "größer ☃ 漢字"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("two\nlines\r\x7f", "two\\nlines\\r\\x7f"),
        ("\u202eback", "\\u202eback"),
        ("half \ud83d", "half \\ud83d"),
        ("\U000e0001tag", "\\U000e0001tag"),
    ],
)
def test_what_could_steer_a_terminal_is_written_out(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_line_ends_and_tabs_may_be_kept() -> None:
    assert printable("a\n\tb\x1b", kept="\n\t") == "a\n\tb\\x1b"


def test_json_is_indented_and_means_the_same() -> None:
    value = {"größer": ["\x1b\x9b\u202e\ud83d\U000e0001\x7f", 1.5, None]}
    text = as_json(value)
    assert all(one.isprintable() or one == "\n" for one in text)
    assert "größer" in text
    assert json.loads(text) == value


def test_what_has_no_room_is_cut_and_says_so() -> None:
    assert cut("abcdef", 4) == "abc…"
    assert cut("abcd", 4) == cut("abcd", None) == "abcd"
