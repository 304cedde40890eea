"""What the API refuses with, in the words of the port."""

from http import HTTPStatus
from typing import Final

from knative_lambda.adapters.knative.place import ACCOUNTS, SERVICES, TRIGGERS
from knative_lambda.adapters.knative.readable import readable
from knative_lambda.adapters.kubernetes.api import Refusal
from knative_lambda.domain.errors import (
    BuilderError,
    ConflictError,
    PermanentError,
    SetupError,
    TransientError,
)
from knative_lambda.domain.rejection import Rejection

# All that is said of a JSON patch of which a test fails; what is invalid is named.
_PATCH_FAILS: Final = "the server rejected our request"
_WEBHOOK: Final = "denied the request"
_FULL: Final = ("exceeded quota", "being terminated")
_MISSING: Final = {
    SERVICES: "install Knative Serving",
    TRIGGERS: "install Knative Eventing",
    ACCOUNTS: "see the address of its API",
}
_PERMANENT: Final = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)


def is_absent(refusal: Refusal, name: str) -> bool:
    """Whether there is just no object of that *name*, in a cluster that knows its kind."""
    return refusal.status == HTTPStatus.NOT_FOUND and f'"{name}" not found' in refusal.message


def is_taken(refusal: Refusal) -> bool:
    """Whether the object is not as the call expected it."""
    if refusal.status == HTTPStatus.UNPROCESSABLE_ENTITY:
        return _PATCH_FAILS in refusal.message
    return refusal.status == HTTPStatus.CONFLICT


def meaning(refusal: Refusal, verb: str, resource: str, name: str) -> BuilderError:
    """What it means that the API will not *verb* the object."""
    what, said = f"{verb} {resource} {name}", readable(refusal.message)
    if is_taken(refusal):
        return ConflictError(f"{what}: {said}")
    denied = refusal.status == HTTPStatus.FORBIDDEN and _WEBHOOK in refusal.message
    if refusal.status in _PERMANENT or denied:
        return PermanentError(Rejection.INVALID, f"{name}: refused by the cluster: {said}")
    hint = _to_mend(refusal, resource)
    if hint:
        return SetupError(f"{what}: {hint} ({said})")
    return TransientError(f"{what}: the cluster answered {refusal.status}: {said}")


def _to_mend(refusal: Refusal, resource: str) -> str:
    """What a person has to do; nothing, if it may pass."""
    match refusal.status:
        case HTTPStatus.UNAUTHORIZED:
            return "the cluster does not know this service: see its token"
        case HTTPStatus.FORBIDDEN if not any(words in refusal.message for words in _FULL):
            return "permit it to this service's ServiceAccount"
        case HTTPStatus.NOT_FOUND if refusal.message.startswith("namespaces "):
            return "make the namespace, or mend KLB_FUNCTION_NAMESPACE"
        case HTTPStatus.NOT_FOUND:
            return f"the cluster has no such resource: {_MISSING[resource]}"
        case _:
            return ""
