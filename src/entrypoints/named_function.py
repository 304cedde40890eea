"""A function as it is named on a command line."""

from typing import Final

from knative_lambda.domain.errors import WrongCallError
from knative_lambda.domain.ids import ID_RULE, FunctionId, is_id

SLASHED: Final = "THIRD_PARTY/PARSER"


class TargetError(WrongCallError):
    """It was said wrongly what is meant; the message says what would be right."""


def named(text: str) -> FunctionId:
    """The function that *text* names.

    Raises:
        TargetError: It names none.
    """
    third_party_id, _, parser_id = text.partition("/")
    if not (is_id(third_party_id) and is_id(parser_id)):
        raise TargetError(f"{text!r}: must be {SLASHED}, each of them {ID_RULE}")
    return FunctionId(third_party_id, parser_id)
