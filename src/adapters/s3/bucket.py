"""The calls to S3 that we need. Importing this imports the SDK, which takes long."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Self, TypedDict

import aiohttp
import attrs
from botocore.exceptions import ClientError, IncompleteReadError

from knative_lambda.adapters.aws.answers import Answer
from knative_lambda.adapters.s3.client import s3_client
from knative_lambda.adapters.s3.errors import asking
from knative_lambda.adapters.s3.parts import Part
from knative_lambda.domain.errors import TransientError
from knative_lambda.ports.context_store import StoredContext, too_large

if TYPE_CHECKING:
    from aiobotocore.response import StreamingBody
    from types_aiobotocore_s3.client import S3Client

_SEND: Final = 300  # seconds for a part in all its attempts: the SDK does not time what it sends
_RECEIVE: Final = 60
_ABORT: Final = 30  # seconds, in which nobody learns how the put ended
_LONGEST: Final = 7 * 24 * 3600  # seconds for which S3 takes a signature
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MISSING: Final = frozenset({"404", "NoSuchKey"})


class _Condition(TypedDict, total=False):
    IfNoneMatch: str


@attrs.define(eq=False)
class Bucket:
    """One bucket, through an open client.

    Every method raises a `SetupError` if there is something to mend, and a `TransientError` if S3
    cannot be reached now.

    Attributes:
        conditional: Whether S3 stores only what is not there, as far as is known.
    """

    name: str
    _client: "S3Client"
    _stack: AsyncExitStack
    conditional: bool = attrs.field(default=True, init=False)

    @classmethod
    async def open(cls, name: str) -> Self:
        """The bucket, with a client of its own; S3 is not asked for anything yet."""
        stack = AsyncExitStack()
        with asking("Any call", name):
            return cls(name, await stack.enter_async_context(s3_client()), stack)

    async def close(self) -> None:
        """Close the connections."""
        await self._stack.aclose()

    async def has(self, key: str) -> bool:
        """Whether something is stored under *key*; false too if there is no bucket."""
        with asking("s3:GetObject and s3:ListBucket", self.name):
            try:
                await self._client.head_object(Bucket=self.name, Key=key)
            except ClientError as error:
                if Answer.of(error).code in _MISSING:
                    return False
                raise
        return True

    async def get(self, key: str, most: int) -> bytes | None:
        """What is stored under *key*, if that is no more than *most* bytes; `None`: nothing."""
        with asking("s3:GetObject and s3:ListBucket", self.name):
            try:
                found = await self._client.get_object(Bucket=self.name, Key=key)
            except ClientError as error:
                if Answer.of(error).code in _MISSING:
                    return None
                raise
            async with found["Body"] as body:
                if found["ContentLength"] > most:
                    raise too_large(key, most)
                async with asyncio.timeout(_RECEIVE):
                    return await self._read(body)

    async def put(self, key: str, part: Part) -> bool:
        """Store *part* and nothing else; false if something is there already."""

        async def send(condition: _Condition) -> None:
            async with asyncio.timeout(_SEND):
                await self._client.put_object(
                    Bucket=self.name,
                    Key=key,
                    Body=part.from_the_start(),
                    ContentMD5=part.md5,
                    **condition,
                )

        with asking("s3:PutObject", self.name):
            return await self._unless_there(key, send)

    async def begin(self, key: str) -> str:
        """Begin an upload in parts; its id."""
        with asking("s3:PutObject", self.name):
            begun = await self._client.create_multipart_upload(Bucket=self.name, Key=key)
        return begun["UploadId"]

    async def put_part(self, key: str, upload: str, part: Part) -> str:
        """Send *part*, which nobody sees before `complete`; the tag that `complete` needs."""
        with asking("s3:PutObject", self.name):
            async with asyncio.timeout(_SEND):
                sent = await self._client.upload_part(
                    Bucket=self.name,
                    Key=key,
                    UploadId=upload,
                    PartNumber=part.number,
                    Body=part.from_the_start(),
                    ContentMD5=part.md5,
                )
        return sent["ETag"]

    async def complete(self, key: str, upload: str, tags: Mapping[int, str]) -> bool:
        """Store the parts, of which *tags* has each by its number; false as for `put`."""

        async def send(condition: _Condition) -> None:
            await self._client.complete_multipart_upload(
                Bucket=self.name,
                Key=key,
                UploadId=upload,
                MultipartUpload={
                    "Parts": [
                        {"PartNumber": number, "ETag": tags[number]} for number in sorted(tags)
                    ]
                },
                **condition,
            )

        with asking("s3:PutObject", self.name):
            return await self._unless_there(key, send)

    async def abort(self, key: str, upload: str) -> None:
        """Throw the parts away."""
        with asking("s3:AbortMultipartUpload", self.name):
            async with asyncio.timeout(_ABORT):
                await self._client.abort_multipart_upload(
                    Bucket=self.name, Key=key, UploadId=upload
                )

    async def presign(self, key: str, expires_in: int) -> str:
        """A URL to GET; asks nobody, unless the credentials must be fetched."""
        with asking("s3:GetObject", self.name):
            return await self._client.generate_presigned_url(
                "get_object",
                Params={"Bucket": self.name, "Key": key},
                ExpiresIn=min(expires_in, _LONGEST),
            )

    async def presign_put(self, key: str, expires_in: int) -> str:
        """A URL to PUT; as for `presign`."""
        with asking("s3:PutObject", self.name):
            return await self._client.generate_presigned_url(
                "put_object",
                Params={"Bucket": self.name, "Key": key},
                ExpiresIn=min(expires_in, _LONGEST),
            )

    async def contexts(self) -> Sequence[StoredContext]:
        """Everything in the bucket."""
        with asking("s3:ListBucket", self.name):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.name)
            return [
                StoredContext(found["Key"], _nanoseconds(found["LastModified"]))
                async for page in pages
                for found in page.get("Contents", [])
            ]

    async def delete(self, key: str) -> None:
        """Delete *key*, if it is there."""
        with asking("s3:DeleteObject", self.name):
            await self._client.delete_object(Bucket=self.name, Key=key)

    async def _read(self, body: "StreamingBody") -> bytes:
        try:
            return await body.read()
        except (aiohttp.ClientError, IncompleteReadError) as error:
            message = f"s3:GetObject in the bucket {self.name!r}: the answer broke off"
            raise TransientError(message) from error

    async def _unless_there(self, key: str, send: Callable[[_Condition], Awaitable[None]]) -> bool:
        try:
            await send({"IfNoneMatch": "*"} if self.conditional else {})
        except ClientError as error:
            if Answer.of(error).code == "PreconditionFailed":
                return False
            if Answer.of(error).code != "NotImplemented" or not self.conditional:
                raise
            self.conditional = False  # here `has` is all there is, and two puts at once both win
            if await self.has(key):
                return False
            await send({})
        return True


def _nanoseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(microseconds=1) * 1000
