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
def test_a_service_that_is_made_has_imported_only_what_all_events_need(command: str) -> None:
    asks = (
        "import sys; from knative_lambda.entrypoints import command_line, commands, process;"
        "from knative_lambda.entrypoints.container import Container;"
        "from knative_lambda.service_settings import ServiceSettings;"
        f"commands.parser({command!r}); "
        "settings = ServiceSettings(sidecar_image='registry.test/1', context_bucket='contexts');"
        "container = Container(settings=settings);"
        "parts = ('consumer', 'receiver', 'letters', 'sweeper', 'depths', 'metrics', 'tracing');"
        "assert all(getattr(container, part)() for part in parts);"
        "print(*sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", asks], check=True, capture_output=True, text=True)
    imported = {name.removeprefix("knative_lambda.") for name in told.stdout.split()}
    assert {f"entrypoints.{command}", "adapters.kubernetes.records"} <= imported
    people = ("adapters.console", "entrypoints.demo", "entrypoints.dev", "entrypoints.doctor")
    alone = ("adapters.local.job_runner", "adapters.local.records", "adapters.memory.records")
    builds = ("adapters.packing", "adapters.sources.git", "adapters.uploads", "domain.causes")
    calls = ("adapters.s3", "adapters.oci.client", "adapters.knative.service_deployer")
    for part in (*people, *alone, *builds, *calls, "aiobotocore", "kubernetes_asyncio", "jinja2"):
        assert not {name for name in imported if name.startswith(part)}
