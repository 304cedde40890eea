"""The arguments by which commands are told which function, or which of its builds, is meant."""

import argparse
from typing import Final

from knative_lambda.application.finding import Target
from knative_lambda.domain.ids import FunctionId
from knative_lambda.entrypoints.named_function import SLASHED, TargetError, named

FUNCTION: Final = "FUNCTION"
BUILD: Final = "BUILD"


def add_target(parser: argparse.ArgumentParser, *kinds: str) -> None:
    """Declare them, for what is one of *kinds*."""
    words = {FUNCTION: SLASHED, BUILD: "a build's id, or how that begins, or its Job's name"}
    told = "; or ".join(words[kind] for kind in kinds)
    parser.add_argument("target", metavar="-or-".join(kinds), nargs="?", help=told)
    add = parser.add_argument_group("a function, by two options").add_argument
    add("--third-party", dest="third_party_id", metavar="ID", help="whose it is")
    add("--parser", dest="parser_id", metavar="ID", help="which one")


def target(options: argparse.Namespace) -> Target:
    """What the arguments mean.

    Raises:
        TargetError: Nothing, or two things.
    """
    text, ids = options.target, [options.third_party_id, options.parser_id]
    given_ids = [one for one in ids if one is not None]
    if len(given_ids) == 1:
        raise TargetError("--third-party and --parser name a function together: give both")
    given = named("/".join(given_ids)) if given_ids else None
    if text is None and given is None:
        raise TargetError(f"name a function as {SLASHED}, or with --third-party and --parser")
    if text is None or "/" not in text:
        return Target(given, text)
    if given is not None:
        raise TargetError(f"{text}: names a function, as --third-party and --parser do: not both")
    return Target(named(text))


def function(options: argparse.Namespace) -> FunctionId:
    """The function that the arguments mean.

    Raises:
        TargetError: None, or something else.
    """
    meant = target(options)
    if meant.function is None or meant.build is not None:
        raise TargetError(f"{options.target!r}: must be {SLASHED}")
    return meant.function
