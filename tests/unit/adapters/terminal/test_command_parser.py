"""What is wrong with a command line is told in one line, with what may have been meant."""

from argparse import ArgumentTypeError

import pytest

from knative_lambda.adapters.terminal.command_parser import CommandParser
from knative_lambda.adapters.terminal.typos import hint

OUTPUT, RULE = "--output:", "must be one of: text, json"


def count(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text}: must be a count")
    return int(text)


def program() -> CommandParser:
    top = CommandParser(prog="program")
    top.add_argument("--quick", action="store_true")
    commands = top.add_subparsers(metavar="COMMAND")
    status = commands.add_parser("status", description="tell how it stands")
    status.add_argument("target", metavar="TARGET")
    status.add_argument("--output", choices=("text", "json"))
    status.add_argument("--limit", type=count, metavar="N")
    commands.add_parser("list")
    return top


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What is said of a call that is wrong."""
    with pytest.raises(SystemExit) as caught:
        program().parse_args(words)
    out, err = capsys.readouterr()
    assert (caught.value.code, out) == (2, "")
    line, end = err[:-1], err[-1]
    assert (end, "\n" in line) == ("\n", False)
    return line


def test_what_is_right_is_read() -> None:
    options = program().parse_args(["--quick", "status", "one", "--output", "json"])
    assert (options.quick, options.target, options.output) == (True, "one", "json")


@pytest.mark.parametrize(
    ("call", "line"),
    [
        ("statsu", "statsu: there is no such command; did you mean status?"),
        ("xyz", "xyz: there is no such command; see: program --help"),
        ("--quik", "--quik: there is no such option; did you mean --quick?"),
        ("status one --ouput json", "--ouput: there is no such option; did you mean --output?"),
        ("status one --out=json", "--out: there is no such option; did you mean --output?"),
        ("status one -o", "-o: there is no such option; see: program status --help"),
        ("status --ouput", "--ouput: there is no such option; did you mean --output?"),
        ("status 1 --output jsn", f"{OUTPUT} 'jsn': {RULE}; did you mean json?"),
        ("status 1 --output ?", f"{OUTPUT} '?': {RULE}; see: program status --help"),
        ("status 1 --limit x", "--limit: x: must be a count; see: program status --help"),
        ("status", "missing: TARGET; see: program status --help"),
        ("status 1 2", "2: nothing more is expected here; see: program status --help"),
        ("--output json status", "--output: belongs to a command; name it after the command"),
    ],
)
def test_each_error_says_what_would_be_right(
    capsys: pytest.CaptureFixture[str], call: str, line: str
) -> None:
    assert told(capsys, *call.split()) == f"knative-lambda: {line}"


def test_a_value_may_look_like_an_option_behind_two_dashes() -> None:
    assert program().parse_args(["status", "--", "--odd"]).target == "--odd"


@pytest.mark.parametrize(
    ("word", "question"),
    [
        ("sta", "; did you mean status?"),
        ("lst", "; did you mean list?"),
        ("s", ""),
        ("", ""),
        ("--", ""),
    ],
)
def test_only_what_is_like_enough_is_asked_for(word: str, question: str) -> None:
    assert hint(word, ["list", "status"]) == question
