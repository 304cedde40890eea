"""Which function or build is meant stands on the command line in one of two ways, not in both."""

import argparse

import pytest

from knative_lambda.application.finding import Target
from knative_lambda.domain.ids import FunctionId
from knative_lambda.entrypoints.named_function import TargetError
from knative_lambda.entrypoints.target_options import (
    BUILD,
    FUNCTION,
    add_target,
    function,
    target,
)

HELLO = FunctionId("acme", "hello")


def meant(*words: str) -> Target:
    parser = argparse.ArgumentParser()
    add_target(parser, FUNCTION, BUILD)
    return target(parser.parse_args(words))


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["acme/hello"], Target(HELLO)),
        (["--third-party", "acme", "--parser", "hello"], Target(HELLO)),
        (["cc88"], Target(None, "cc88")),
        (["cc88", "--third-party", "acme", "--parser", "hello"], Target(HELLO, "cc88")),
        (
            ["build-acme-hello-2fbaa0c7-cc88582c"],
            Target(None, "build-acme-hello-2fbaa0c7-cc88582c"),
        ),
    ],
)
def test_a_function_and_a_build_are_told_apart(words: list[str], wanted: Target) -> None:
    assert meant(*words) == wanted


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "name a function as THIRD_PARTY/PARSER, or with --third-party and --parser"),
        (["--parser", "hello"], "give both"),
        (["cc88", "--third-party", "acme"], "give both"),
        (["acme/hello", "--third-party", "acme", "--parser", "hello"], "not both"),
        (["acme/"], "'acme/': must be THIRD_PARTY/PARSER, each of them 1 to 63 letters"),
        (["a/b/c"], "'a/b/c': must be"),
        (["--third-party", "a b", "--parser", "c"], "'a b/c': must be"),
    ],
)
def test_what_is_not_clear_is_told(words: list[str], message: str) -> None:
    with pytest.raises(TargetError, match=message):
        meant(*words)


def of_function(*words: str) -> FunctionId:
    parser = argparse.ArgumentParser()
    add_target(parser, FUNCTION)
    return function(parser.parse_args(words))


def test_where_only_a_function_can_be_meant_a_build_is_none() -> None:
    assert of_function("acme/hello") == HELLO
    assert of_function("--third-party", "acme", "--parser", "hello") == HELLO
    for words in (["hello"], ["cc88", "--third-party", "acme", "--parser", "hello"]):
        with pytest.raises(TargetError, match=f"'{words[0]}': must be THIRD_PARTY/PARSER"):
            of_function(*words)
