"""Sources in buckets, read with the rights of this service."""

from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

import aiohttp
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
from knative_lambda.adapters.sources.refusals import not_found, rejected, unauthorized
from knative_lambda.adapters.sources.web_files import opened
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.errors import SourceRefusedError, TransientError
from knative_lambda.domain.request import BuildRequest

if TYPE_CHECKING:
    from aiobotocore.response import StreamingBody

_ABSENT: Final = frozenset({"403", "404", "AccessDenied", "NoSuchBucket", "NoSuchKey"})
# What only the tenant can mend.
_UNFIT: Final = {
    "InvalidObjectState": "is archived and cannot be read; restore it, or store it in another way",
    "KeyTooLongError": "has too long a key; store it under a shorter one",
}


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
                    refusal = self._refusal(Answer.of(error).code)
                    if refusal is None:
                        raise
                    raise refusal from error
                async with found["Body"] as body:
                    check_size(found["ContentLength"], most)
                    await save(self._pieces(body), into, most)

    def _refusal(self, code: str) -> SourceRefusedError | None:
        """What it means for the tenant that S3 has answered *code*; `None`: for the operator."""
        what = f"source_url: s3://{self.place.bucket}/{self.place.key}:"
        if code in _UNFIT:
            return rejected(f"{what} {_UNFIT[code]}")
        if code in _ABSENT:
            # Without the right to list, S3 says 403 of what is not there.
            return not_found(f"{what} there is nothing, or this service may not read it")
        return None

    async def _pieces(self, body: "StreamingBody") -> AsyncIterator[bytes]:
        from botocore.exceptions import IncompleteReadError  # noqa: PLC0415 - as above

        try:
            async for piece in body.iter_chunks(PIECE):
                yield piece
        except (aiohttp.ClientError, IncompleteReadError) as error:
            message = f"s3:GetObject in the bucket {self.place.bucket!r}: the answer broke off"
            raise TransientError(message) from error
