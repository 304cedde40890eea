"""Which buckets sources may lie in, and whose."""

import re
from collections.abc import Iterable
from typing import Final, Self

import attrs

_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_MOST_KEY: Final = 1024  # bytes, as S3 has it
_TENANT: Final = "{third_party_id}"


@attrs.frozen
class Place:
    """An object in a bucket."""

    bucket: str
    key: str

    @classmethod
    def of(cls, url: str) -> Self:
        """Read `s3://bucket/key`; the key as it is, with nothing decoded.

        Raises:
            ValueError: It is none; the text is what would be right.
        """
        bucket, _, key = url.removeprefix("s3://").partition("/")
        parts = key.split("/")
        if _BUCKET.fullmatch(bucket) is None or any(part in {"", ".", ".."} for part in parts):
            raise ValueError(
                "must be s3://bucket/key, with a key without empty parts, '.' and '..'"
            )
        if len(key.encode("utf-8", "surrogatepass")) > _MOST_KEY:
            raise ValueError(f"must be s3://bucket/key, with a key of at most {_MOST_KEY} bytes")
        return cls(bucket, key)


@attrs.frozen
class BucketPattern:
    """A bucket, and what its keys begin with: whole parts between '/'."""

    bucket: str
    prefix: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Read `bucket` or `bucket/prefix`, where `{third_party_id}` may stand in the prefix.

        Raises:
            ValueError: It is neither.
        """
        bucket, _, prefix = text.partition("/")
        if _BUCKET.fullmatch(bucket) is None:
            raise ValueError(f"{text!r}: must be the name of a bucket, and perhaps / and a prefix")
        return cls(bucket, prefix.strip("/"))

    def allows(self, place: Place, tenant: str) -> bool:
        """Whether *tenant* may read *place*."""
        if place.bucket != self.bucket:
            return False
        prefix = self.prefix.replace(_TENANT, tenant)
        return not prefix or place.key.startswith(f"{prefix}/")


@attrs.frozen
class AllowedBuckets:
    """Buckets by pattern; never the one with the contexts, whatever the patterns say."""

    patterns: tuple[BucketPattern, ...] = ()
    context_bucket: str = ""

    @classmethod
    def of(cls, texts: Iterable[str], context_bucket: str) -> Self:
        """Read the patterns.

        Raises:
            ValueError: One is none.
        """
        return cls(tuple(map(BucketPattern.of, texts)), context_bucket)

    def allow(self, place: Place, tenant: str) -> bool:
        """Whether *tenant* may read *place*."""
        if place.bucket == self.context_bucket:
            return False
        return any(pattern.allows(place, tenant) for pattern in self.patterns)
