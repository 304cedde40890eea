"""What a Kubernetes API refuses, in the words of the ports: the one place that decides it."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

import attrs

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

# All that is said of a JSON patch of which a test fails; of what is invalid, more is.
_TEST_FAILS: Final = "the server rejected our request due to an error in our request"


@attrs.frozen
class Asked:
    """What an API was asked to do.

    Attributes:
        verb: As rights name it, such as `create`.
        resource: The plural, such as `jobs.batch`.
        namespace: Empty for what is in none.
        name: Of one object; empty for all.
    """

    verb: str
    resource: str
    namespace: str = ""
    name: str = ""

    def __str__(self) -> str:
        named = f" {self.name}" if self.name else ""
        where = f" in the namespace {self.namespace}" if self.namespace else ""
        return f"{self.verb} {self.resource}{named}{where}"


Meaning = Callable[[Refusal, Asked], BuilderError]


def meaning(refusal: Refusal, asked: Asked) -> BuilderError:
    """What to do about *refusal* of what was *asked*.

    A `ConflictError` is for what is fenced: the world is another one. An `OverLimitError` is for
    quotas: others must end first. A `PermanentError` is for an object that is not taken as it is,
    and says nothing of the cluster; a `SetupError` tells a person what to mend.
    """
    status, said = refusal.status, refusal.message
    if status == HTTPStatus.FORBIDDEN and "exceeded quota" in said:
        return OverLimitError(f"{asked}: as many as a quota of the cluster allows are there")
    if status == HTTPStatus.CONFLICT or (asked.verb == "patch" and _TEST_FAILS in said):
        return _conflict(refusal, asked)
    unfit = status == HTTPStatus.INTERNAL_SERVER_ERROR and any(words in said for words in _UNFIT)
    denied = status == HTTPStatus.FORBIDDEN and any(words in said for words in _REFUSERS)
    if status in _DENIED or denied or unfit:
        return PermanentError(Rejection.FORBIDDEN, _DENIAL)
    if status in _LATER:
        return TransientError(f"{asked}: the Kubernetes API answered {refusal}")
    return SetupError(f"{asked}: {_to_mend(refusal)}")


def _conflict(refusal: Refusal, asked: Asked) -> BuilderError:
    told = f"{asked}: the Kubernetes API answered {refusal}"
    # Creating conflicts with nothing of ours, unless it is there: a quota is being counted.
    is_busy = asked.verb == "create" and refusal.reason != "AlreadyExists"
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
