"""Which commands are declared: all, or the one that is asked for alone, since each takes time."""

import subprocess
import sys

import pytest

from knative_lambda.entrypoints.commands import parser
from knative_lambda.entrypoints.overview import PURPOSES

_ALL = {name for names in PURPOSES.values() for name in names}


@pytest.mark.parametrize("asked", sorted(_ALL - {"completion"}))
def test_a_command_that_is_asked_for_is_declared_alone_and_as_among_all(asked: str) -> None:
    alone = parser(asked).commands
    assert set(alone) == {asked}
    assert alone[asked].format_help() == parser().commands[asked].format_help()


@pytest.mark.parametrize("asked", ["", "--help", "--version", "consum", "completion"])
def test_whoever_asks_for_anything_else_gets_all(asked: str) -> None:
    assert set(parser(asked).commands) == _ALL


@pytest.mark.parametrize("command", ["consume", "serve"])
def test_a_service_imports_nothing_that_is_for_people(command: str) -> None:
    asks = (
        "import sys; from knative_lambda.entrypoints.commands import parser;"
        f"parser({command!r}); "
        "print(*(name for name in sys.modules if name.startswith('knative_lambda.')))"
    )
    told = subprocess.run([sys.executable, "-c", asks], check=True, capture_output=True, text=True)
    imported = {name.removeprefix("knative_lambda.") for name in told.stdout.split()}
    assert f"entrypoints.{command}" in imported
    people = ("adapters.console", "entrypoints.demo", "entrypoints.dev", "entrypoints.doctor")
    for part in (*people, "adapters.local.records", "adapters.local.job_runner"):
        assert not {name for name in imported if name.startswith(part)}
