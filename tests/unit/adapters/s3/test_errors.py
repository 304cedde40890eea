"""What the SDK raises before it has an answer, in the words of the ports."""

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    MetadataRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    ReadTimeoutError,
    SSLError,
)

from knative_lambda.adapters.s3.errors import asking
from knative_lambda.domain.errors import SetupError, TransientError

URL = "https://my-contexts.s3.eu-west-1.amazonaws.com/key?X-Amz-Signature=0a1b2c"
HOST = "my-contexts.s3.eu-west-1.amazonaws.com:443"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (EndpointConnectionError(endpoint_url=URL, error="refused"), f"S3 at {HOST} cannot"),
        (ConnectTimeoutError(endpoint_url=URL, error="late"), f"S3 at {HOST} cannot"),
        (ReadTimeoutError(endpoint_url=URL, error="late"), f"S3 at {HOST} cannot"),
        (EndpointConnectionError(endpoint_url="http://[", error="odd"), ": S3 cannot"),
        (CredentialRetrievalError(provider="a-role", error_msg="busy"), "can be fetched now"),
        (MetadataRetrievalError(error_msg="busy"), "can be fetched now"),
        (TimeoutError(), "no answer in time"),
    ],
)
def test_what_may_be_there_later_is_transient(error: Exception, said: str) -> None:
    with pytest.raises(TransientError) as raised, asking("s3:PutObject", "my-contexts"):
        raise error
    assert str(raised.value).startswith("s3:PutObject in the bucket 'my-contexts': ")
    assert said in str(raised.value)
    assert "0a1b2c" not in str(raised.value)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NoCredentialsError(), "give this service a role"),
        (PartialCredentialsError(provider="env", cred_var="aws_secret_access_key"), "not all"),
        (
            SSLError(endpoint_url=URL, error=OSError("unknown authority")),
            f"{HOST} has no certificate",
        ),
        (BotoCoreError(), "the AWS variables do not fit: BotoCoreError"),
        (ValueError("Invalid endpoint"), "the AWS variables do not fit: ValueError"),
    ],
)
def test_what_must_be_mended_is_a_matter_of_setup(error: Exception, said: str) -> None:
    with pytest.raises(SetupError) as raised, asking("s3:PutObject", "my-contexts"):
        raise error
    assert said in str(raised.value)


def test_other_errors_are_left_alone() -> None:
    with pytest.raises(ZeroDivisionError), asking("s3:PutObject", "my-contexts"):
        raise ZeroDivisionError
