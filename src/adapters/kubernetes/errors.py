"""What a Kubernetes API refuses, in the words of the ports: the one place that decides it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

import structlog

from knative_lambda.adapters.kubernetes.api import Refusal
from knative_lambda.domain.errors import (
    BuilderError,
    ConflictError,
    OverLimitError,
    PermanentError,
    SetupError,
    TransientError,
)
from knative_lambda.domain.rejection import Rejection

_LATER: Final = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.GONE,  # what a list was to go on with, which begins anew
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
_DENIED: Final = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
# A webhook, and a policy of the cluster's own: both may call it forbidden, too.
_REFUSERS: Final = (" denied the request", " denied request")
_LACKS_A_RIGHT: Final = re.compile(r'\bUser ".*" cannot ')
# A 500 that says so is the object's fault, and no weakness of the server's.
_UNFIT: Final = ("field not declared in schema", "request is too large", "larger than max")

_DENIAL: Final = "the cluster does not take what this would need; the log of the service says why"

_log = structlog.get_logger()


def is_denied(refusal: Refusal) -> bool:
    """Whether the object is not taken as it is, whoever asks."""
    if refusal.status == HTTPStatus.FORBIDDEN:
        return any(words in refusal.message for words in _REFUSERS)
    return refusal.status in _DENIED


@contextmanager
def asking(what: str) -> Iterator[None]:
    """Translate the refusal of *what*, such as `create jobs in the namespace builds`.

    Raises:
        BuilderError: See `meaning`.
    """
    try:
        yield
    except Refusal as refusal:
        error = meaning(refusal, what)
        if isinstance(error, PermanentError):
            # Who sent the event is told no more than that it cannot be.
            _log.warning("kubernetes.denied", asked=what, answer=str(refusal))
        raise error from refusal


def meaning(refusal: Refusal, what: str) -> BuilderError:
    """What to do about *refusal* of *what*.

    A `ConflictError` is for what is fenced: the world is another one. An `OverLimitError` is for
    quotas: others must end first. A `PermanentError` is for an object that is not taken as it is,
    and says nothing of the cluster; a `SetupError` tells a person what to mend.
    """
    status, said = refusal.status, refusal.message
    if status == HTTPStatus.FORBIDDEN and "exceeded quota" in said:
        return OverLimitError(f"{what}: as many as a quota of the cluster allows are there")
    if status == HTTPStatus.CONFLICT:
        return _conflict(refusal, what)
    if is_denied(refusal):
        return PermanentError(Rejection.FORBIDDEN, _DENIAL)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR and any(words in said for words in _UNFIT):
        return PermanentError(Rejection.FORBIDDEN, _DENIAL)
    if status in _LATER:
        return TransientError(f"{what}: the Kubernetes API answered {refusal}")
    return SetupError(f"{what}: {_to_mend(refusal)}")


def _conflict(refusal: Refusal, what: str) -> BuilderError:
    told = f"{what}: the Kubernetes API answered {refusal}"
    # Creating conflicts with nothing of ours, unless it is there: a quota is being counted.
    is_busy = what.startswith("create ") and refusal.reason != "AlreadyExists"
    return TransientError(told) if is_busy else ConflictError(told)


def _to_mend(refusal: Refusal) -> str:
    match refusal.status:
        case HTTPStatus.UNAUTHORIZED:
            return (
                "the Kubernetes API does not take the credentials: see the ServiceAccount of "
                "this service, or the user in KUBECONFIG"
            )
        case HTTPStatus.FORBIDDEN if _LACKS_A_RIGHT.search(refusal.message):
            return (
                f"not permitted: give the ServiceAccount of this service a Role that permits "
                f"it ({refusal.message})"
            )
        case HTTPStatus.NOT_FOUND if not refusal.message:  # a page, and no Status
            return "there is no such kind of object: see the address of the Kubernetes API"
        case HTTPStatus.NOT_FOUND:
            return f"make what is missing, or mend the setting that names it ({refusal.message})"
        case _:
            return f"the Kubernetes API answered {refusal}"
