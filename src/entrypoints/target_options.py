"""The arguments by which commands are told which function, or which of its builds, is meant."""

import argparse
from typing import Final

from knative_lambda.application.finding import Target
from knative_lambda.domain.ids import ID_RULE, FunctionId, is_id

FUNCTION: Final = "FUNCTION"
BUILD: Final = "BUILD"
_SLASHED: Final = "THIRD_PARTY/PARSER"


class TargetError(Exception):
    """It was said wrongly what is meant; the message says what would be right."""


def add_target(parser: argparse.ArgumentParser, *kinds: str) -> None:
    """Declare them, for what is one of *kinds*."""
    words = {FUNCTION: _SLASHED, BUILD: "a build's id, or how that begins, or its Job's name"}
    told = "; or ".join(words[kind] for kind in kinds)
    parser.add_argument("target", metavar="-or-".join(kinds), nargs="?", help=told)
    parser.add_argument("--third-party", dest="third_party_id", metavar="ID", help="whose it is")
    parser.add_argument("--parser", dest="parser_id", metavar="ID", help="which function")


def target(options: argparse.Namespace) -> Target:
    """What the arguments mean.

    Raises:
        TargetError: Nothing, or two things.
    """
    text, ids = options.target, [options.third_party_id, options.parser_id]
    named = [one for one in ids if one is not None]
    if len(named) == 1:
        raise TargetError("--third-party and --parser name a function together: give both")
    given = _named("/".join(named)) if named else None
    if text is None and given is None:
        raise TargetError(f"name a function as {_SLASHED}, or with --third-party and --parser")
    if text is None or "/" not in text:
        return Target(given, text)
    if given is not None:
        raise TargetError(f"{text}: names a function, as --third-party and --parser do: not both")
    return Target(_named(text))


def _named(text: str) -> FunctionId:
    third_party_id, _, parser_id = text.partition("/")
    if not (is_id(third_party_id) and is_id(parser_id)):
        raise TargetError(f"{text!r}: must be {_SLASHED}, each of them {ID_RULE}")
    return FunctionId(third_party_id, parser_id)
