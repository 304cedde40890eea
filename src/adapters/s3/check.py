"""Whether the bucket is there, is ours to use, and tidies up by itself."""

import asyncio
import json
import uuid
from collections.abc import Callable, Sequence
from shlex import quote
from typing import TYPE_CHECKING, Final

import attrs

from knative_lambda.adapters.aws.trust import TRUST
from knative_lambda.adapters.clock_skew import clock_finding
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.errors import BuilderError, TransientError
from knative_lambda.ports.check import Check, Finding, broken, doubtful, fine

if TYPE_CHECKING:
    from knative_lambda.adapters.s3.probe import Probe

_BUCKET: Final = "bucket"
_RIGHTS: Final = "bucket rights"
_RULE: Final = "bucket lifecycle"
_CONTENT: Final = b"written by knative-lambda doctor, and removed at once"
_RULES: Final = json.dumps(
    {
        "Rules": [
            {
                "ID": "contexts",
                "Status": "Enabled",
                "Filter": {},
                "Expiration": {"Days": 7},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
            }
        ]
    }
)


@attrs.frozen
class BucketCheck(Check):
    """Writes an object where contexts lie, and removes it.

    Attributes:
        bucket: Its name.
        now: UTC nanoseconds since 1970.
    """

    bucket: str
    now: Callable[[], int]

    @property
    def subject(self) -> str:
        """The bucket."""
        return _BUCKET

    async def findings(self) -> Sequence[Finding]:
        """Whether it is there; and then what may be done with it, and what it does by itself."""
        probe = await (await in_thread(_sdk)).open(self.bucket)
        try:
            try:
                date = await probe.find()
            except BuilderError as error:
                return [broken(_BUCKET, str(error), self._to_find(error, probe))]
            found = fine(_BUCKET, f"{self.bucket!r} is there")
            clock = clock_finding("S3", date, self.now)
            return [found, clock, *await asyncio.gather(self._rights(probe), self._rule(probe))]
        finally:
            await probe.close()

    async def _rights(self, probe: "Probe") -> Finding:
        key = f"build-context/knative-lambda-doctor/{uuid.uuid4().hex}"
        try:
            await probe.put(key, _CONTENT)
            try:
                same = await probe.get(key) == _CONTENT
            finally:
                await probe.delete(key)
        except BuilderError as error:
            return broken(_RIGHTS, str(error), self._to_permit())
        if not same:
            told = "what was written is not what is read"
            return broken(_RIGHTS, told, "let AWS_ENDPOINT_URL_S3 name one server alone")
        return fine(_RIGHTS, "objects may be listed, written, read and deleted")

    async def _rule(self, probe: "Probe") -> Finding:
        mend = f"aws s3api put-bucket-lifecycle-configuration --bucket {quote(self.bucket)}"
        mend += f" --lifecycle-configuration {quote(_RULES)}"
        try:
            days = await probe.expiry()
        except BuilderError as error:
            return doubtful(_RULE, f"cannot be seen: {error}", mend)
        if days is None:
            return doubtful(
                _RULE, "not everything is removed by itself, if the service cannot", mend
            )
        return fine(_RULE, f"objects are removed after {days} days")

    def _to_find(self, error: BuilderError, probe: "Probe") -> str:
        if isinstance(error, TransientError):
            return "see that S3 is there, and name it: export AWS_ENDPOINT_URL_S3=http://HOST:PORT"
        if probe.is_of_role(error):
            return TRUST
        match probe.code(error):
            case "NoSuchBucket":
                make = f"aws s3 mb {quote(f's3://{self.bucket}')} --region {probe.region}"
                return f"{make}; or name another: export KLB_CONTEXT_BUCKET=NAME"
            case "AccessDenied" | "AllAccessDisabled":
                return self._to_permit()
            case "PermanentRedirect" | "AuthorizationHeaderMalformed":
                where = f"aws s3api get-bucket-location --bucket {quote(self.bucket)}"
                return f"export AWS_REGION to what this says: {where}"
            case _:
                return "export AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=...; or give it a role"

    def _to_permit(self) -> str:
        objects = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
        arn = f"arn:aws:s3:::{self.bucket}"
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": objects, "Resource": f"{arn}/*"},
                {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": arn},
            ],
        }
        role = "aws iam put-role-policy --role-name ROLE --policy-name contexts"
        return f"{role} --policy-document {quote(json.dumps(policy))}"


def _sdk() -> "type[Probe]":
    from knative_lambda.adapters.s3.probe import Probe  # noqa: PLC0415 - not before it is used

    return Probe
