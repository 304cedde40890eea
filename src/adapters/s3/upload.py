"""One context on its way into the bucket, in as few calls as its size allows."""

import asyncio
from typing import TYPE_CHECKING

import attrs
import structlog

from knative_lambda.adapters.s3.parts import Part, PartReader
from knative_lambda.adapters.s3.slots import Slots
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.errors import SetupError, TransientError

if TYPE_CHECKING:
    from knative_lambda.adapters.s3.bucket import Bucket

_log = structlog.get_logger()


@attrs.frozen(eq=False)
class Upload:
    """Stores what *source* gives under *key*."""

    bucket: "Bucket"
    key: str
    source: PartReader
    slots: Slots

    async def run(self) -> bool:
        """Whether it is stored now; false if something else is.

        Raises:
            SetupError: There is something to mend.
            TransientError: S3 cannot be reached.
        """
        first = await self._next()
        if first.last:
            return await self.bucket.put(self.key, first)
        upload = await self.bucket.begin(self.key)
        stored = False
        try:
            tags = await self._send(upload, first)
            stored = await self.bucket.complete(self.key, upload, tags)
        finally:
            if not stored:
                await self._abort(upload)
        return stored

    async def _next(self) -> Part:
        await self.slots.take()
        return await in_thread(self.source.read)

    async def _send(self, upload: str, part: Part) -> dict[int, str]:
        tags: dict[int, str] = {}

        async def send(part: Part) -> None:
            tags[part.number] = await self.bucket.put_part(self.key, upload, part)
            part.forget()
            self.slots.give_back()

        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(send(part))
                while not part.last:
                    part = await self._next()
                    group.create_task(send(part))
        except BaseExceptionGroup as errors:
            # The others were only cancelled, or failed alike.
            error = errors.exceptions[0]
            raise error from error.__cause__
        return tags

    async def _abort(self, upload: str) -> None:
        try:
            await self.bucket.abort(self.key, upload)
        except (SetupError, TransientError) as error:
            _log.warning("upload.left", key=self.key, upload_id=upload, reason=str(error))
