"""Calls to S3 that only see what is there. Importing this imports the SDK, which takes long."""

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Final, Self

import attrs
from botocore.exceptions import ClientError

from knative_lambda.adapters.aws.answers import Answer
from knative_lambda.adapters.s3.client import s3_client
from knative_lambda.adapters.s3.errors import asking
from knative_lambda.domain.errors import BuilderError

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client
    from types_aiobotocore_s3.type_defs import LifecycleRuleOutputTypeDef

_NO_RULES: Final = "NoSuchLifecycleConfiguration"


@attrs.frozen
class Probe:
    """Every method raises what `asking` does."""

    bucket: str
    client: "S3Client"
    stack: AsyncExitStack

    @classmethod
    async def open(cls, bucket: str) -> Self:
        """With a client of its own."""
        stack = AsyncExitStack()
        with asking("Any call", bucket):
            return cls(bucket, await stack.enter_async_context(s3_client()), stack)

    async def close(self) -> None:
        """Close the connections."""
        await self.stack.aclose()

    async def find(self) -> str:
        """See that the bucket is there; what S3 says the time is."""
        # Not by HEAD, whose answer cannot say what is wrong.
        with asking("s3:ListBucket", self.bucket):
            found = await self.client.list_objects_v2(Bucket=self.bucket, MaxKeys=1)
        return str(found["ResponseMetadata"]["HTTPHeaders"].get("date", ""))

    @property
    def region(self) -> str:
        """That is asked."""
        return self.client.meta.region_name

    @staticmethod
    def code(error: BuilderError) -> str:
        """What S3 calls the cause of *error*; empty if it is not S3 that has refused."""
        cause = error.__cause__
        return Answer.of(cause).code if isinstance(cause, ClientError) else ""

    @staticmethod
    def is_of_role(error: BuilderError) -> bool:
        """Whether *error* is for a role that we do not get."""
        cause = error.__cause__
        return isinstance(cause, ClientError) and Answer.of(cause).of_role

    async def put(self, key: str, content: bytes) -> None:
        """Store it."""
        with asking("s3:PutObject", self.bucket):
            await self.client.put_object(Bucket=self.bucket, Key=key, Body=content)

    async def get(self, key: str) -> bytes:
        """What is stored."""
        with asking("s3:GetObject", self.bucket):
            found = await self.client.get_object(Bucket=self.bucket, Key=key)
            async with found["Body"] as body:
                return await body.read()

    async def delete(self, key: str) -> None:
        """Remove it."""
        with asking("s3:DeleteObject", self.bucket):
            await self.client.delete_object(Bucket=self.bucket, Key=key)

    async def expiry(self) -> int | None:
        """After how many days whatever is in the bucket is removed; `None`: some of it never."""
        with asking("s3:GetLifecycleConfiguration", self.bucket):
            try:
                found = await self.client.get_bucket_lifecycle_configuration(Bucket=self.bucket)
            except ClientError as error:
                if Answer.of(error).code == _NO_RULES:
                    return None
                raise
        days = [
            rule["Expiration"]["Days"]
            for rule in found.get("Rules", ())
            if rule["Status"] == "Enabled"
            and "Days" in rule.get("Expiration", {})
            and _is_of_all(rule)
        ]
        return min(days, default=None)


def _is_of_all(rule: "LifecycleRuleOutputTypeDef") -> bool:
    """Whether *rule* is for every object."""
    return not rule.get("Prefix") and rule.get("Filter", {}) in ({}, {"Prefix": ""})
