"""Which commands need the settings of a whole service."""

import pytest

from knative_lambda.entrypoints.commands import parser


@pytest.mark.parametrize("command", ["consume", "serve", "reconcile", "doctor"])
def test_what_runs_or_examines_the_service_needs_all_of_them(command: str) -> None:
    assert parser().parse_args([command]).serves is True


@pytest.mark.parametrize(
    "words",
    [
        ["submit", "https://git.test/x", "--third-party", "acme", "--parser", "hello"],
        *(["list"], ["status", "acme/hello"], ["logs", "acme/hello"], ["dlq", "list"]),
        *(["cancel", "acme/hello"], ["delete", "acme/hello"], ["rollback", "acme/hello"]),
        *(["dev"], ["demo"], ["render", "event.json"], ["schema"]),
    ],
)
def test_what_only_asks_needs_none_but_its_own(words: list[str]) -> None:
    assert parser().parse_args(words).serves is False
