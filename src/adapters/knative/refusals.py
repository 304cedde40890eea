"""What the API refuses of what serves functions: told with more words than other refusals."""

from http import HTTPStatus
from typing import Final

from knative_lambda.adapters.knative.place import ACCOUNTS, SERVICES, TRIGGERS
from knative_lambda.adapters.knative.readable import readable
from knative_lambda.adapters.kubernetes import errors
from knative_lambda.adapters.kubernetes.api import Refusal
from knative_lambda.domain.errors import (
    BuilderError,
    ConflictError,
    PermanentError,
    SetupError,
)
from knative_lambda.domain.rejection import Rejection

# All that is said of a JSON patch of which a test fails; of what is invalid, more is.
_TEST_FAILS: Final = "the server rejected our request due to an error in our request"
_MISSING: Final = {
    SERVICES: "install Knative Serving",
    TRIGGERS: "install Knative Eventing",
    ACCOUNTS: "see the address of its API",
}


def is_absent(refusal: Refusal, name: str) -> bool:
    """Whether there is just no object of that *name*, in a cluster that knows its kind."""
    return refusal.status == HTTPStatus.NOT_FOUND and f'"{name}" not found' in refusal.message


def meaning(refusal: Refusal, verb: str, resource: str, name: str) -> BuilderError:
    """What it means that the API will not *verb* the object.

    What a webhook or a policy has against an object is told in its own words: they name the field.
    """
    what, said = f"{verb} {resource} {name}", readable(refusal.message)
    if refusal.status == HTTPStatus.UNPROCESSABLE_ENTITY and _TEST_FAILS in refusal.message:
        return ConflictError(f"{what}: it is not as it was expected")
    if errors.is_denied(refusal):
        return PermanentError(Rejection.FORBIDDEN, f"{name}: refused by the cluster: {said}")
    if refusal.status == HTTPStatus.NOT_FOUND:
        is_namespace = refusal.message.startswith("namespaces ")
        hint = "make it, or mend KLB_FUNCTION_NAMESPACE" if is_namespace else _MISSING[resource]
        return SetupError(f"{what}: {said or 'the cluster has no such resource'}: {hint}")
    return errors.meaning(refusal, what)
