"""Which dead letters are meant stands on the command line in one way."""

import argparse

import pytest

from knative_lambda.entrypoints import dlq
from knative_lambda.entrypoints.dlq_options import selection


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    dlq.add_to(parser.add_subparsers())
    return parser.parse_args(["dlq", *words])


@pytest.mark.parametrize(
    ("words", "is_one_thing"),
    [
        ((), False),
        (("4f",), True),
        (("--all",), True),
        (("--reason", "invalid"), True),
        (("--older-than", "1h", "--tenant", "acme"), True),
        (("4f", "--all"), False),
        (("4f", "--tenant", "acme"), False),
        (("--all", "--type", "build.start"), False),
    ],
)
@pytest.mark.parametrize("action", ["replay", "purge"])
def test_it_is_by_ids_or_by_filters_or_all(
    action: str,
    words: tuple[str, ...],
    is_one_thing: bool,  # noqa: FBT001 - a row of the table
) -> None:
    assert selection(parsed(action, *words)).is_one_thing is is_one_thing


def test_durations_are_read_in_seconds() -> None:
    asked = selection(parsed("list", "--older-than", "90s", "--newer-than", "2h"))
    assert (asked.older_than, asked.newer_than) == (90.0, 7200.0)


def test_a_reason_that_there_is_none_of_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parsed("list", "--reason", "invald")
    assert "'invalid'" in capsys.readouterr().err
