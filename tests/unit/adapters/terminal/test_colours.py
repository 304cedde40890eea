"""Colours are for terminals that know them, and for people who have not refused them."""

import io

import pytest

from knative_lambda.adapters.terminal.colours import coloured, is_terminal, painted


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("no_color", "term", "wanted"),
    [
        (None, "xterm", True),
        ("", "xterm", True),
        ("1", "xterm", False),
        ("0", "xterm", False),
        (None, "dumb", False),
        (None, None, True),
    ],
)
def test_the_environment_says_whether_there_are_any(
    monkeypatch: pytest.MonkeyPatch,
    no_color: str | None,
    term: str | None,
    wanted: bool,  # noqa: FBT001 - a row of the table
) -> None:
    for name, value in (("NO_COLOR", no_color), ("TERM", term)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    assert coloured(Terminal()) is wanted
    assert coloured(io.StringIO()) is False
    assert is_terminal(Terminal()) is (term != "dumb")


def test_a_text_is_painted_or_left_as_it_is() -> None:
    assert painted("no", "31") == "\x1b[31mno\x1b[0m"
    assert painted("no", None) == "no"
