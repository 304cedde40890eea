"""Blobs that are to be in a repository: mounted from another, or sent."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from functools import partial
from http import HTTPStatus
from typing import IO, Final

import attrs

from knative_lambda.adapters.oci.blobs import Blobs
from knative_lambda.adapters.oci.digests import checked
from knative_lambda.adapters.oci.endpoint import Endpoint
from knative_lambda.adapters.oci.errors import (
    ChunkRefusedError,
    LostUploadError,
)
from knative_lambda.adapters.oci.request import Body, Request
from knative_lambda.adapters.oci.retries import Patience
from knative_lambda.adapters.oci.scopes import to_mount
from knative_lambda.adapters.oci.session import BYTES, Session
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.errors import SetupError, TransientError

# GitHub takes no more at once; ECR no less than 5 MiB, and gets it in one part then.
CHUNK: Final = 4 << 20  # bytes
LARGEST_CHUNK: Final = 32 << 20  # bytes, which are held in memory

_PIECE: Final = 1 << 18  # bytes


@attrs.frozen
class Blob:
    """Content that is to be in a repository.

    Attributes:
        digest: `sha256:...`.
        size: In bytes.
        opened: Gives it to be read from its start; may be asked for several times.
    """

    digest: str
    size: int
    opened: Callable[[], AbstractContextManager[IO[bytes]]] = attrs.field(repr=False)


@attrs.frozen
class Uploads:
    """Those to one repository."""

    endpoint: Endpoint
    blobs: Blobs

    async def mount(self, digest: str, source: str) -> bool:
        """Have the blob that *source* of the same registry has; whether that was done.

        Raises:
            TransientError: The registry cannot be reached.
        """
        url = self.endpoint.url("blobs/uploads/").with_query(
            mount=checked(digest), **{"from": source}
        )
        try:
            answer = await self.endpoint.answer(
                to_mount(self.endpoint.name, source), Request("POST", url)
            )
            if answer.status == HTTPStatus.ACCEPTED:
                await Session.begun(self.endpoint, url, answer).cancel()
        except SetupError:
            return False  # who sends it instead is told what is wrong
        return answer.status == HTTPStatus.CREATED

    async def send(self, blob: Blob) -> int:
        """Have *blob* there; gives the bytes that were sent: none if it was there.

        Raises:
            SetupError: The registry refuses.
            TransientError: It cannot be reached, or took something else than what was sent.
        """
        if await self._has(blob):
            return 0
        patience = Patience(self.endpoint.retries)
        whole = blob.size <= CHUNK
        while True:
            try:
                await self._send(blob, whole=whole)
            except TransientError as error:
                await patience.wait(error)
                whole = whole or isinstance(error, ChunkRefusedError)
                if not await self._has(blob):
                    continue
            return blob.size

    async def _has(self, blob: Blob) -> bool:
        return await self.blobs.has(blob.digest, self.endpoint.writing)

    async def _send(self, blob: Blob, *, whole: bool) -> None:
        session = await self._begin()
        size = max(CHUNK, session.least)
        try:
            if whole or size > LARGEST_CHUNK:
                await session.whole(blob.digest, Body(blob.size, BYTES, partial(_pieces, blob)))
            else:
                await self._in_chunks(session, blob, size)
        except (ChunkRefusedError, SetupError):
            await session.cancel()
            raise

    async def _begin(self) -> Session:
        url = self.endpoint.url("blobs/uploads/")
        answer = await self.endpoint.once(self.endpoint.writing, Request("POST", url))
        if answer.status != HTTPStatus.ACCEPTED:
            raise self.endpoint.untaken(answer)
        return Session.begun(self.endpoint, url, answer)

    async def _in_chunks(self, session: Session, blob: Blob, size: int) -> None:
        with blob.opened() as file:
            start = 0
            while start < blob.size:
                wanted = min(size, blob.size - start)
                chunk = await in_thread(partial(_read, file, wanted))
                last = start + wanted == blob.size
                await self._chunk(session, blob.digest if last else None, chunk, start)
                start += wanted

    async def _chunk(self, session: Session, ends: str | None, chunk: bytes, start: int) -> None:
        """Send *chunk*, and what is left of it after each interruption."""
        patience, sent, cut = Patience(self.endpoint.retries), 0, False
        while True:
            try:
                if cut:
                    sent, cut = await session.taken(start, len(chunk)), False
                if ends is not None:
                    await session.end(ends, chunk[sent:], start + sent)
                elif sent < len(chunk):
                    await session.patch(chunk[sent:], start + sent)
            except (ChunkRefusedError, LostUploadError):
                raise
            except TransientError as error:
                await patience.wait(error)
                cut = True
            else:
                return


def _read(file: IO[bytes], size: int) -> bytes:
    """The next *size* bytes.

    Raises:
        TransientError: There are less, or they cannot be read.
    """
    pieces = []
    while size:
        piece = file.read(size)
        if not piece:
            raise TransientError("a blob has ended before its size")
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


async def _pieces(blob: Blob) -> AsyncIterator[bytes]:
    with blob.opened() as file:
        left = blob.size
        while left:
            read = partial(_read, file, min(_PIECE, left))
            # A small one lies in memory, or was written a moment ago: a thread takes longer.
            piece = read() if blob.size <= _PIECE else await in_thread(read)
            left -= len(piece)
            yield piece
