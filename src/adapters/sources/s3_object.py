"""Sources in buckets, read with the rights of this service."""

from pathlib import Path, PurePosixPath
from typing import Final

import attrs

from knative_lambda.adapters.sources.buckets import AllowedBuckets, Place
from knative_lambda.adapters.sources.download import PIECE, check_size, save
from knative_lambda.adapters.sources.kind import (
    Found,
    SourceKind,
    refuse_credentials,
    refuse_ref,
)
from knative_lambda.adapters.sources.limits import FetchLimits
from knative_lambda.adapters.sources.refusals import not_found, unauthorized
from knative_lambda.adapters.sources.web_files import opened
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.request import BuildRequest

_ABSENT: Final = frozenset({"403", "404", "AccessDenied", "NoSuchBucket", "NoSuchKey"})


@attrs.frozen
class S3Object(SourceKind):
    """Downloads *place*, and unpacks it if it is an archive. The SDK is imported only then."""

    place: Place
    allowed: AllowedBuckets
    limits: FetchLimits

    async def fetch(self, request: BuildRequest, work: Path) -> Found:
        """Its files, if the tenant may have them."""
        refuse_ref(request)
        refuse_credentials(request)
        if not self.allowed.allow(self.place, request.function.third_party_id):
            raise unauthorized(
                "source_url: is in no bucket, or in no folder of one, that sources of this "
                "third_party_id may come from; ask the operator of this service"
            )
        file = work / "object"
        await self._get(file)
        name = PurePosixPath(self.place.key).name
        return await in_thread(lambda: opened(file, name, request, work / "tree", self.limits))

    async def _get(self, into: Path) -> None:
        from botocore.exceptions import ClientError  # noqa: PLC0415 - the SDK takes long to import

        from knative_lambda.adapters.aws.answers import Answer  # noqa: PLC0415 - the same
        from knative_lambda.adapters.s3.client import s3_client  # noqa: PLC0415 - the same
        from knative_lambda.adapters.s3.errors import asking  # noqa: PLC0415 - the same

        most = self.limits.tree.max_bytes
        with asking("s3:GetObject", self.place.bucket):
            async with s3_client() as client:
                try:
                    found = await client.get_object(Bucket=self.place.bucket, Key=self.place.key)
                except ClientError as error:
                    if Answer.of(error).code not in _ABSENT:
                        raise
                    # Without the right to list, S3 says 403 of what is not there.
                    detail = "there is nothing, or this service may not read it"
                    raise not_found(
                        f"source_url: s3://{self.place.bucket}/{self.place.key}: {detail}"
                    ) from error
                check_size(found["ContentLength"], most)
                await save(found["Body"].iter_chunks(PIECE), into, most)
