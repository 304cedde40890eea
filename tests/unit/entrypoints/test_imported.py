"""What the container names is there, and is made when it is needed."""

from collections.abc import Iterator
from functools import partial
from pkgutil import resolve_name
from typing import Any, cast

import pytest

from knative_lambda.entrypoints.container import Container
from knative_lambda.entrypoints.imported import Unmade, made


class Counted:
    """Counts how often it is closed."""

    def __init__(self) -> None:
        self.closings = 0

    async def close(self) -> None:
        self.closings += 1


def _paths() -> Iterator[str]:
    for provider in cast(Any, Container).traverse():
        of = getattr(provider, "provides", None)
        if of in (made, Unmade):
            yield from (one for one in cast(Any, provider).args if isinstance(one, str))
        elif isinstance(of, partial) and of.func is made:
            yield of.args[0]


def test_all_that_is_named_is_there() -> None:
    paths = set(_paths())
    assert len(paths) > 30
    for path in paths:
        assert callable(resolve_name(f"knative_lambda.{path}")), path


def test_it_is_made_of_what_is_given() -> None:
    assert made("domain.ids:FunctionId", "acme", parser_id="hello").parser_id == "hello"


def test_what_is_not_there_is_told_when_it_is_made() -> None:
    with pytest.raises(AttributeError, match="Nobody"):
        made("domain.ids:Nobody")


def test_what_is_unmade_is_made_once_and_answers_for_itself() -> None:
    unmade: Any = Unmade(made, "domain.ids:FunctionId", "acme", "hello")
    assert "made" not in vars(unmade)
    assert unmade.third_party_id == "acme"
    assert unmade.made is unmade.made
    assert type(unmade.made).__name__ == "FunctionId"


async def test_what_was_never_made_needs_no_closing() -> None:
    makings: list[Counted] = []

    def make() -> Counted:
        makings.append(Counted())
        return makings[0]

    unmade: Any = Unmade(make)
    await unmade.close()
    assert makings == []
    assert unmade.closings == 0
    await unmade.close()
    assert [one.closings for one in makings] == [1]
