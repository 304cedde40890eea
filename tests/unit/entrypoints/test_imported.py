"""What the container names is there, and is made when it is needed."""

from collections.abc import Iterator
from functools import partial
from pkgutil import resolve_name
from typing import Any, cast

import pytest

from knative_lambda.entrypoints.container import Container
from knative_lambda.entrypoints.imported import Unmade, made


def _paths() -> Iterator[str]:
    for provider in cast(Any, Container).traverse():
        of = getattr(provider, "provides", None)
        if of in (made, Unmade):
            yield cast(Any, provider).args[0]
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
    unmade: Any = Unmade("domain.ids:FunctionId", "acme", "hello")
    assert "made" not in vars(unmade)
    assert unmade.third_party_id == "acme"
    assert unmade.made is unmade.made
    assert type(unmade.made).__name__ == "FunctionId"
