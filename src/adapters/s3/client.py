"""How the SDK is set up to speak to S3. Importing this imports the SDK, which takes long."""

import os
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Final

from aiobotocore.config import AioConfig

from knative_lambda.adapters.aws.session import session_for

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client

_REGION: Final = "us-east-1"  # if nothing says another
_CONFIG: Final = AioConfig(
    connect_timeout=5,  # seconds
    read_timeout=60,
    retries={"mode": "standard", "total_max_attempts": 4},
    # What is presigned in the older way is not valid in every region.
    signature_version="s3v4",
    # Parts come with an MD5, which every server knows; not all know the SDK's own checksums.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


def s3_client() -> AbstractAsyncContextManager["S3Client"]:
    """A client, opened by entering it, which connects to nobody yet.

    Credentials, endpoint and region are those of AWS's own variables and files. AWS is addressed
    by `bucket.host`, everything else by `host/bucket`.
    """
    session = session_for("s3")
    session.get_component("event_emitter").register_first(
        "before-endpoint-resolution.s3", _stay_in_the_region
    )
    # Other SDKs read AWS_REGION, this one AWS_DEFAULT_REGION.
    region = os.environ.get("AWS_REGION") or session.get_config_variable("region") or _REGION
    return session.create_client("s3", region_name=region, config=_CONFIG)


def _stay_in_the_region(context: dict[str, Any], **_: object) -> None:
    # A presigned URL would otherwise name the host of all regions, which redirects to the bucket's
    # own; there the signature is not valid, since it covers the host.
    context["use_global_endpoint"] = False
    # A call would follow the bucket to its region, where no presigned URL of ours could follow:
    # better that it fails, and says so.
    context.setdefault("s3_redirect", {})["redirected"] = True
