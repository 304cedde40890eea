"""Help says what each command is for, in groups, with examples that can be typed as they stand."""

import re
import shlex
from collections.abc import Iterator

import pytest

from knative_lambda.adapters.terminal.command_parser import CommandParser
from knative_lambda.entrypoints.commands import parser
from knative_lambda.entrypoints.examples import EXAMPLES
from knative_lambda.entrypoints.overview import PURPOSES
from knative_lambda.settings import table


def all_of(one: CommandParser, name: str = "") -> Iterator[tuple[str, CommandParser]]:
    """Each command below *one*, and each action of a command."""
    for word, each in one.commands.items():
        yield f"{name} {word}".strip(), each
        yield from all_of(each, f"{name} {word}".strip())


ALL = dict(all_of(parser()))


@pytest.fixture(params=[60, 80, 120])
def width(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("COLUMNS", str(request.param))
    return int(request.param)


@pytest.mark.parametrize("name", ALL)
def test_each_command_says_what_it_is_for_in_one_sentence(name: str) -> None:
    usage, sentence, *_ = ALL[name].format_help().split("\n\n")
    assert usage.startswith(f"usage: knative-lambda {name}")
    assert re.fullmatch(r"[A-Z][^.]+\.", sentence)


@pytest.mark.parametrize("name", ALL)
def test_each_command_has_up_to_three_examples_that_work(name: str) -> None:
    assert 1 <= len(EXAMPLES[name]) <= 3
    for example in EXAMPLES[name]:
        assert f"\n  knative-lambda {example}\n" in ALL[name].format_help()
        words = shlex.split(re.split(" [<>] ", example)[0])
        assert " ".join(words).startswith(name)
        assert parser().parse_args(words)


def test_there_are_no_examples_of_what_there_is_not() -> None:
    assert set(EXAMPLES) == set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_each_argument_says_what_it_is(name: str) -> None:
    silent = [one.dest for one in ALL[name].actions if not one.help and one.choices is None]
    assert silent == []


def test_prose_fits_the_window(width: int) -> None:
    for each in ALL.values():
        text = each.format_help().partition("\nexamples:\n")[0]
        _usage, *lines = text.splitlines()
        assert [line for line in lines if len(line) > width] == []


def test_who_says_nothing_is_shown_each_command_once_by_what_one_wants(width: int) -> None:
    options = parser().parse_args([])
    text: str = options.text(parser(), options)
    assert re.findall(r"^  (\w+) ", text, re.MULTILINE) == [
        name for names in PURPOSES.values() for name in names
    ]
    assert sorted(parser().commands) == sorted(re.findall(r"^  (\w+) ", text, re.MULTILINE))
    assert [line for line in text.splitlines() if len(line) > width and line[0] == " "] == []


def test_who_names_no_action_is_shown_those_that_there_are() -> None:
    options = parser().parse_args(["dlq"])
    assert "\n  replay  " in options.text(parser(), options)


def test_the_whole_help_has_every_variable_with_its_default() -> None:
    text = " ".join(parser().format_help().split())
    for name, default, _words in table():
        assert f" {name} " in text
        assert default in text


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parser().parse_args(["--version"])
    assert caught.value.code == 0
    assert re.fullmatch(r"knative-lambda \d+\.\d+\.\d+\n", capsys.readouterr().out)
