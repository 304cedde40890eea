"""The port, on S3."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import attrs

from knative_lambda.adapters.s3.parts import PartReader
from knative_lambda.adapters.s3.slots import Slots
from knative_lambda.adapters.s3.upload import Upload
from knative_lambda.adapters.threads import in_thread
from knative_lambda.ports.context_store import ContextStore, StoredContext

if TYPE_CHECKING:
    from knative_lambda.adapters.s3.bucket import Bucket

PARTS_IN_MEMORY: Final = 3  # of all puts together: two on their way while the next is read


@attrs.define(eq=False)
class S3ContextStore(ContextStore):
    """A context is an object of its key in a bucket that has nothing else.

    The SDK is imported, and its client made, with the first call, in a tenth of a second.

    Attributes:
        bucket: Its name.
    """

    bucket: str
    _slots: asyncio.Semaphore = attrs.field(
        factory=lambda: asyncio.Semaphore(PARTS_IN_MEMORY), init=False
    )
    _opened: "Bucket | None" = attrs.field(default=None, init=False)
    _opening: asyncio.Lock = attrs.field(factory=asyncio.Lock, init=False)

    async def put(self, key: str, pieces: Iterable[bytes], *, first: bool = False) -> bool:
        """Ask whether the key is there, unless it is the *first*, and store what is not.

        Storing is one call for up to 8 MiB. More is sent in parts of that size, which become the
        context all at once. Of puts at the same time one wins, and the others find out at their
        end. One whose answer was lost may find what it has stored itself: then it is false too.

        Raises:
            SetupError: The bucket, a permission or AWS's variables must be mended.
            TransientError: S3 cannot be reached.
        """
        bucket = await self._bucket()
        if not (first and bucket.conditional) and await bucket.has(key):
            return False
        async with Slots(self._slots) as slots:
            return await Upload(bucket, key, PartReader(iter(pieces)), slots).run()

    async def presign(self, key: str, expires_in: int) -> str:
        """A URL to GET; S3 is not asked.

        It is valid for 7 days at most, and no longer than the credentials that it was signed
        with: a role's, when they are temporary, end within hours.

        Raises:
            SetupError: There are no credentials.
            TransientError: They cannot be fetched.
        """
        return await (await self._bucket()).presign(key, expires_in)

    async def presign_put(self, key: str, expires_in: int) -> str:
        """A URL to PUT, with any content type; otherwise as for `presign`.

        Raises:
            SetupError: As for `presign`.
            TransientError: As for `presign`.
        """
        return await (await self._bucket()).presign_put(key, expires_in)

    async def fetch(self, key: str, most: int) -> bytes | None:
        """One call.

        Raises:
            SetupError: It has more than *most* bytes; or as for `put`.
            TransientError: As for `put`.
        """
        return await (await self._bucket()).get(key, most)

    async def list(self) -> Sequence[StoredContext]:
        """Everything in the bucket; a context was stored when its upload began, to the second.

        Raises:
            SetupError: As for `put`.
            TransientError: As for `put`.
        """
        return await (await self._bucket()).contexts()

    async def delete(self, key: str) -> None:
        """Delete the object.

        Raises:
            SetupError: As for `put`.
            TransientError: As for `put`.
        """
        await (await self._bucket()).delete(key)

    async def close(self) -> None:
        """Close the connections; another call would open them anew."""
        async with self._opening:
            opened, self._opened = self._opened, None
            if opened is not None:
                await opened.close()

    async def _bucket(self) -> "Bucket":
        async with self._opening:
            if self._opened is None:
                self._opened = await (await in_thread(_sdk)).open(self.bucket)
            return self._opened


def _sdk() -> "type[Bucket]":
    from knative_lambda.adapters.s3.bucket import Bucket  # noqa: PLC0415 - not before it is used

    return Bucket
