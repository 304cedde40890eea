"""A bucket past our adapter."""

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client


@attrs.frozen(eq=False)
class BackDoor:
    """Looks at what is in the bucket, and changes it."""

    s3: "S3Client"
    name: str

    async def stored(self) -> dict[str, bytes]:
        """All objects, by key."""
        found = await self.s3.list_objects_v2(Bucket=self.name)
        return {entry["Key"]: await self.read(entry["Key"]) for entry in found.get("Contents", [])}

    async def read(self, key: str) -> bytes:
        """One object."""
        got = await self.s3.get_object(Bucket=self.name, Key=key)
        async with got["Body"] as body:
            return await body.read()

    async def plant(self, key: str, content: bytes) -> None:
        """Store *content*."""
        await self.s3.put_object(Bucket=self.name, Key=key, Body=content)

    async def unfinished(self) -> list[str]:
        """The keys of all uploads that have begun, and neither ended nor been aborted."""
        found = await self.s3.list_multipart_uploads(Bucket=self.name)
        return [upload["Key"] for upload in found.get("Uploads", [])]
