"""What to do when a cancel, a delete or a rollback was not done."""

from collections.abc import Mapping
from typing import Final

from knative_lambda.domain.rejection import Rejection

_STATUS: Final = "see what there is with `knative-lambda status`, and ask again"
_OPERATORS: Final = "tell the operators of the service, who find it with `knative-lambda dlq list`"
_ANEW: Final = "ask again without --id"

_GIVEN_UP: Final[Mapping[Rejection, str]] = {
    Rejection.STALE: _ANEW,
    Rejection.ID_REUSED: _ANEW,
    Rejection.UNKNOWN_BUILD: _STATUS,
    Rejection.NO_TARGET: _STATUS,
    Rejection.INVALID: "mend what is said there, and ask again",
}
_TOO_LATE: Final = "the build is over already, so that nothing is left to cancel"
_ENDS: Final[Mapping[str, str]] = {
    "build.complete": f"{_TOO_LATE}; to serve what was served before: `knative-lambda rollback`",
    "build.failed": _TOO_LATE,
    "build.superseded": _TOO_LATE,
    "service.failed": "mend what is said there, or go back to another build with --to",
    **{
        f"dead.letter.{rejection.value}": _GIVEN_UP.get(rejection, _OPERATORS)
        for rejection in Rejection
    },
}


def advice(kind: str, reason: object) -> str:
    """What to do about the event *kind*, if it is a dead letter about its *reason*."""
    return _ENDS.get(kind) or _ENDS.get(f"{kind}.{reason}", _OPERATORS)
