"""What aiobotocore raises, in the words of the ports."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own, which is not Python's
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    SSLError,
)

from knative_lambda.adapters.aws.answers import Answer
from knative_lambda.domain.errors import SetupError, TransientError

_DENIED: Final = frozenset({"AccessDenied", "AccessDeniedException"})
_STRANGER: Final = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_LATER: Final = frozenset(
    {"RequestLimitExceeded", "ServerException", "ThrottlingException", "TooManyRequestsException"}
)


@contextmanager
def asking(action: str, repository: str) -> Iterator[None]:
    """Translate what goes wrong with *action*, as IAM calls it, on *repository*.

    Raises:
        SetupError: A person must mend the credentials, a permission, or a quota.
        TransientError: ECR cannot be reached, or has too much to do.
    """
    what = f"{action} of {repository}"
    try:
        yield
    except ClientError as error:
        raise _answered(error, what, action) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        message = f"{what}: there are no AWS credentials: give this service a role, or keys"
        raise SetupError(message) from error
    except ParamValidationError as error:
        message = f"{what}: ECR has no such names: see KLB_REGISTRY and KLB_REPOSITORY_PREFIX"
        raise SetupError(message) from error
    except SSLError as error:
        message = f"{what}: ECR has a certificate that is not trusted: see AWS_CA_BUNDLE"
        raise SetupError(message) from error
    except (ConnectionError, CredentialRetrievalError, HTTPClientError) as error:
        # Not in its own words: they may hold an address with all that somebody wrote into it.
        raise TransientError(f"{what}: no answer: {type(error).__name__}") from error
    except (BotoCoreError, ValueError) as error:
        message = f"{what}: the AWS variables do not fit: {type(error).__name__}"
        raise SetupError(message) from error


def _answered(error: ClientError, what: str, action: str) -> SetupError | TransientError:
    answer = Answer.of(error)
    code, shown = answer.code, answer.code or answer.status
    if code in _LATER or answer.is_late:
        return TransientError(f"{what}: ECR answered {shown}")
    if answer.of_role:
        return SetupError(f"{what}: AWS does not give this service its role ({shown})")
    if code in _STRANGER:
        # Not in AWS's own words: they quote the request, with its session token.
        return SetupError(
            f"{what}: AWS does not take the credentials ({code}): see the role or the keys of "
            "this service, and its clock"
        )
    if code in _DENIED:
        return SetupError(f"{what}: permit {action} to the role of this service ({answer.said})")
    return SetupError(f"{what}: ECR answered {shown} ({answer.said})")
