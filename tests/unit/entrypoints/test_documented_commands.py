"""What the pages tell to type is what the command line takes."""

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from knative_lambda.entrypoints.commands import parser

ROOT: Final = Path(__file__).parents[3]
PAGES: Final = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
# Those that tell of no program's options but ours.
OURS: Final = ("README.md", "docs/commands.md", "docs/dead-letters.md")
# In a block or in a sentence, with or without a prompt and variables before it.
_CALL: Final = re.compile(
    r"(?:^|\$ |`|\b[A-Z_]+=\S+ )(?:\.venv/bin/)?knative-lambda ([a-z][^`\n]*)", re.MULTILINE
)
# Shown for what is said of them.
MISTYPED: Final = ("statsu", "list --ouput json")
_OPTION: Final = re.compile(r"`(--?[a-z][a-z-]*)")


def text(page: Path) -> str:
    """With what is too long for a line on one."""
    return page.read_text("utf-8").replace("\\\n", " ")


def calls() -> Iterator[tuple[str, str]]:
    """Each page, and what follows `knative-lambda` there."""
    for page in PAGES:
        for call in _CALL.findall(text(page)):
            if call not in MISTYPED:
                yield str(page.relative_to(ROOT)), call.strip()


def subparsers(one: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """The commands of *one*, and theirs."""
    for action in one._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                yield name, command
                yield from subparsers(command)


@pytest.mark.parametrize("call", MISTYPED)
def test_what_a_page_tells_of_a_wrong_call_is_what_is_said(
    call: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(shlex.split(call))
    said = capsys.readouterr().err
    assert f"$ knative-lambda {call}\n{said}" in text(ROOT / "docs/commands.md")


@pytest.mark.parametrize(("page", "call"), sorted(set(calls())))
def test_each_call_on_a_page_is_one_that_can_be_made(page: str, call: str) -> None:
    assert page
    words = shlex.split(call.partition(" > ")[0], comments=True)
    if len(words) == 1:
        # It may only be spoken of.
        assert words[0] in dict(subparsers(parser()))
    else:
        parser().parse_args(words)


@pytest.mark.parametrize("page", OURS)
def test_each_option_on_a_page_is_one_that_there_is(page: str) -> None:
    told = set(_OPTION.findall(text(ROOT / page)))
    there = {
        option
        for _, command in subparsers(parser())
        for action in command._actions
        for option in action.option_strings
    }

    assert len(told) > 3
    assert told - there == set()


def test_each_command_is_told_of() -> None:
    pages = "".join(map(text, PAGES))
    commands = {name for name, _ in subparsers(parser())}

    assert [name for name in commands if not re.search(rf"[` ]{name}[` ]", pages)] == []
