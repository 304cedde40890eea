"""Text of strangers reaches its readers only as text."""

import pytest

from knative_lambda.domain.printable import printable


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
