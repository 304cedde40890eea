"""Where what is told cannot be written, that is said in a line, and the exit code says so too."""

import os
import subprocess
import sys
from collections.abc import Sequence

import pytest
from support.shell import COMMAND

_TOLD: tuple[list[str], ...] = (["--version"], ["--help"], [], ["schema"], ["completion", "bash"])


def ended(words: Sequence[str], out: int, **variables: str) -> tuple[int, str]:
    """The exit code, and standard error, of the command whose output goes to *out*."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(
        [COMMAND, *words],
        env={**environment, **variables},
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.fixture(params=[{}, {"PYTHONUNBUFFERED": "1"}], ids=["buffered", "unbuffered"])
def variables(request: pytest.FixtureRequest) -> dict[str, str]:
    """What is kept back fails at the end only; what is not, as soon as it is written."""
    return dict(request.param)


@pytest.mark.parametrize("words", _TOLD, ids=" ".join)
def test_a_full_disk_is_told_in_a_line(words: list[str], variables: dict[str, str]) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        code, said = ended(words, full, **variables)
    finally:
        os.close(full)
    assert said == "knative-lambda: the output cannot be written: No space left on device\n"
    assert code == 1


@pytest.mark.parametrize("words", _TOLD, ids=" ".join)
def test_whoever_has_seen_enough_is_told_nothing(
    words: list[str], variables: dict[str, str]
) -> None:
    unread, out = os.pipe()
    os.close(unread)
    try:
        assert ended(words, out, **variables) == (141, "")
    finally:
        os.close(out)


@pytest.mark.parametrize("words", _TOLD, ids=" ".join)
def test_an_output_that_is_closed_is_told_in_a_line(
    words: list[str], variables: dict[str, str]
) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" "$@" >&-', COMMAND, *words],
        env={**os.environ, **variables},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.stderr == "knative-lambda: the output cannot be written: Bad file descriptor\n"
    assert done.returncode == 1


def test_a_wrong_call_is_told_whatever_becomes_of_the_output() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        code, said = ended(["statsu"], full)
    finally:
        os.close(full)
    assert said.startswith("knative-lambda: statsu: there is no such command")
    assert code == 2


def test_a_failure_of_something_else_is_not_taken_for_one_of_the_output() -> None:
    fails = (
        "from knative_lambda.entrypoints import cli, command_line\n"
        "def run(words): raise OSError(28, 'no room for a record')\n"
        "command_line.run = run\n"
        "cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", fails], capture_output=True, text=True, check=False
    )
    assert done.stderr.endswith("OSError: [Errno 28] no room for a record\n")
    assert done.returncode == 1
