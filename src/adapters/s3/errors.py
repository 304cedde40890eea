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
    MetadataRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    SSLError,
)
from yarl import URL

from knative_lambda.adapters.aws.answers import Answer
from knative_lambda.domain.errors import SetupError, TransientError

# An answer to HEAD has no body, and so nothing but its status for a code.
_DENIED: Final = frozenset({"403", "AccessDenied", "AllAccessDisabled"})
_ELSEWHERE: Final = frozenset(
    {
        "301",
        "AuthorizationHeaderMalformed",
        "IllegalLocationConstraintException",
        "PermanentRedirect",
        "TemporaryRedirect",
    }
)
_STRANGER: Final = frozenset(
    {
        "ExpiredToken",
        "InvalidAccessKeyId",
        "InvalidToken",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "TokenRefreshRequired",
    }
)
_LATER: Final = frozenset(
    {
        "BadDigest",  # damaged on its way
        "ConditionalRequestConflict",  # another write of the same key is under way
        "IncompleteBody",
        "NoSuchUpload",  # somebody has aborted it
        "OperationAborted",
        "RequestTimeout",
        "SlowDown",
    }
)


@contextmanager
def asking(permission: str, bucket: str) -> Iterator[None]:
    """Translate what goes wrong with what needs *permission*, as IAM calls it.

    Raises:
        SetupError: A person must mend the bucket, the permissions or AWS's variables.
        TransientError: S3 cannot be reached, or has too much to do.
    """
    what = f"{permission} in the bucket {bucket!r}"
    try:
        yield
    except ClientError as error:
        raise _answered(error, what, permission) from error
    except TimeoutError as error:
        raise TransientError(f"{what}: no answer in time") from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        message = (
            f"{what}: there are no AWS credentials, or not all of them: give this service a role, "
            "or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
        raise SetupError(message) from error
    except SSLError as error:
        message = f"{what}: {_whom(error)} has no certificate that is trusted: see AWS_CA_BUNDLE"
        raise SetupError(message) from error
    except (ConnectionError, HTTPClientError) as error:
        if isinstance(error.kwargs.get("error"), ValueError):
            raise _unfit(what, error) from error
        # Not in its own words: they may hold an address with all that somebody wrote into it.
        message = f"{what}: {_whom(error)} cannot be reached: {type(error).__name__}"
        raise TransientError(message) from error
    except (CredentialRetrievalError, MetadataRetrievalError) as error:
        message = f"{what}: no credentials can be fetched now: {type(error).__name__}"
        raise TransientError(message) from error
    except (BotoCoreError, ValueError) as error:
        raise _unfit(what, error) from error


def _answered(error: ClientError, what: str, permission: str) -> SetupError | TransientError:
    answer = Answer.of(error)
    code = answer.code or str(answer.status)
    if answer.code in _LATER or (answer.is_late and answer.code != "NotImplemented"):
        return TransientError(f"{what}: S3 answered {code}")
    if answer.of_role:
        return SetupError(f"{what}: AWS does not give this service its role ({code})")
    return SetupError(f"{what}: {_to_mend(code, answer.said, permission)}")


def _to_mend(code: str, said: str, permission: str) -> str:
    if code in _STRANGER:
        # Not in S3's own words: they may quote the request, with its session token.
        return (
            f"S3 does not take the credentials ({code}): see the role or the keys of this "
            "service, and its clock"
        )
    if code in _ELSEWHERE:
        return f"the bucket is in another region ({code}): set AWS_REGION to that one"
    if code in _DENIED:
        return (
            f"not permitted: permit {permission} to the role or the user of this service, and see "
            f"that KLB_CONTEXT_BUCKET is yours ({said})"
        )
    match code:
        case "NoSuchBucket":
            hint = "it does not exist: make it, or mend KLB_CONTEXT_BUCKET"
        case "400":  # to HEAD, where nothing can be said of the reason
            hint = "S3 answered 400: see AWS_REGION, the role or the keys, and the clock"
        case _ if code.isdigit():
            hint = f"S3 would not just answer {code}: see AWS_ENDPOINT_URL_S3"
        case _:
            hint = f"S3 answered {code} ({said})"
    return hint


def _unfit(what: str, error: Exception) -> SetupError:
    return SetupError(
        f"{what}: KLB_CONTEXT_BUCKET or the AWS variables do not fit: {type(error).__name__}"
    )


def _whom(error: BotoCoreError) -> str:
    """Who did not answer: a host and a port."""
    try:
        url = URL(str(error.kwargs.get("endpoint_url", "")))
    except ValueError:
        return "S3"
    return f"S3 at {url.host}:{url.port}" if url.host else "S3"
