"""What the API refuses of what serves functions: told with more words than other refusals."""

from http import HTTPStatus
from typing import Final

from knative_lambda.adapters.knative.readable import readable
from knative_lambda.adapters.kubernetes import errors
from knative_lambda.adapters.kubernetes.api import Refusal
from knative_lambda.adapters.kubernetes.errors import Asked
from knative_lambda.adapters.kubernetes.kinds import ACCOUNTS, SERVICES, TRIGGERS
from knative_lambda.domain.errors import BuilderError, PermanentError, SetupError
from knative_lambda.domain.rejection import Rejection

_MISSING: Final = {
    str(SERVICES): "install Knative Serving",
    str(TRIGGERS): "install Knative Eventing",
    str(ACCOUNTS): "see the address of its API",
}


def meaning(refusal: Refusal, asked: Asked) -> BuilderError:
    """What to do about *refusal*, as for all objects; but a tenant is told what to mend.

    What a webhook or a policy has against an object is told in its own words: they name the field.
    """
    error, said = errors.meaning(refusal, asked), readable(refusal.message)
    if isinstance(error, PermanentError):
        return PermanentError(Rejection.FORBIDDEN, f"{asked.name}: refused by the cluster: {said}")
    if refusal.status == HTTPStatus.NOT_FOUND:
        is_namespace = refusal.message.startswith("namespaces ")
        mend = (
            "make it, or mend KLB_FUNCTION_NAMESPACE" if is_namespace else _MISSING[asked.resource]
        )
        return SetupError(f"{asked}: {said or 'the cluster has no such resource'}: {mend}")
    return error
