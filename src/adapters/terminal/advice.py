"""What to do about a build that has not led to a running function."""

from collections.abc import Mapping
from typing import Final

from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.rejection import Rejection

_AGAIN: Final = "submit it again; if it ends alike, tell the operators of the service"
_OPERATORS: Final = "tell the operators of the service: it is theirs to mend"
_ANEW: Final = "submit it again without --id"
_MEND: Final = "mend what is said there, and submit it again"

FAILURES: Final[Mapping[Reason, str]] = {
    Reason.SOURCE_NOT_FOUND: "check the source, its --ref and its --path, and submit it again",
    Reason.SOURCE_UNAUTHORIZED: "name a credential that may read the source, with --credentials",
    Reason.SOURCE_TOO_LARGE: "leave out what the function does not need, and submit it again",
    Reason.SOURCE_REJECTED: _MEND,
    Reason.DOCKERFILE_ERROR: _OPERATORS,
    Reason.DEPENDENCY_INSTALL: "mend what the function requires, and submit it again",
    Reason.BUILD_EXIT: "see that it builds here, with `knative-lambda dev`, and submit it again",
    Reason.OUT_OF_MEMORY: "require less, or what is smaller to build, and submit it again",
    Reason.TIMEOUT: "give the build more time with --timeout, or less to do",
    Reason.EVICTED: _AGAIN,
    Reason.IMAGE_PULL: _AGAIN,
    Reason.UNSCHEDULABLE: _AGAIN,
    Reason.PUSH_DENIED: _OPERATORS,
    Reason.IMAGE_REFUSED: _OPERATORS,
    Reason.REGISTRY_UNAVAILABLE: _AGAIN,
    Reason.LOST: _AGAIN,
    Reason.INTERNAL: _AGAIN,
}
REJECTIONS: Final[Mapping[Rejection, str]] = {
    Rejection.MALFORMED: _MEND,
    Rejection.INVALID: _MEND,
    Rejection.STALE: _ANEW,
    Rejection.ID_REUSED: _ANEW,
    Rejection.FOREIGN_SERVICE: _OPERATORS,
    Rejection.FORBIDDEN: _OPERATORS,
    Rejection.RETRIES_EXHAUSTED: _AGAIN,
    Rejection.INTERNAL: _AGAIN,
}
ENDS: Final[Mapping[str, str]] = {
    "build.cancelled": "submit it again if it is still wanted",
    "build.superseded": "a newer request has taken its place: nothing is to be done",
    "service.superseded": "a newer build is served in its place: nothing is to be done",
    "service.failed": _MEND,
}

_BY_REASON: Final = {
    **{("build.failed", reason.value): words for reason, words in FAILURES.items()},
    **{("build.rejected", reason.value): words for reason, words in REJECTIONS.items()},
}


def advice(event: CloudEvent) -> str:
    """What to do about *event*, which says why there is no function."""
    kind = event.type.removeprefix(PREFIX)
    said = event.data.get("reason") if isinstance(event.data, Mapping) else None
    return _BY_REASON.get((kind, str(said))) or ENDS.get(kind, _AGAIN)
