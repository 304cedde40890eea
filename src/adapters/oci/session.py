"""One upload of a blob, from its begin to its end."""

import re
from contextlib import suppress
from http import HTTPStatus
from typing import Final, Self

import attrs
from yarl import URL

from knative_lambda.adapters.oci.answer import Answer
from knative_lambda.adapters.oci.digests import is_digest
from knative_lambda.adapters.oci.endpoint import Endpoint
from knative_lambda.adapters.oci.errors import ChunkRefusedError, LostUploadError
from knative_lambda.adapters.oci.locations import location, with_digest
from knative_lambda.adapters.oci.request import Body, Request
from knative_lambda.domain.errors import BuilderError, TransientError

BYTES: Final = "application/octet-stream"

_RANGE: Final = re.compile(r"(?:bytes=)?0-(?P<last>[0-9]{1,15})")
_NUMBER: Final = re.compile(r"[0-9]{1,15}")
# ECR answers 201 to a chunk.
_TAKEN: Final = (HTTPStatus.CREATED, HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT)
_THERE: Final = (HTTPStatus.OK, HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT)


@attrs.define(eq=False)
class Session:
    """It goes on at another place after each answer.

    Attributes:
        url: Where.
        least: Bytes that each chunk but the last must have.
    """

    endpoint: Endpoint
    url: URL
    least: int

    @classmethod
    def begun(cls, endpoint: Endpoint, asked: URL, answer: Answer) -> Self:
        """That which *answer* says has begun.

        Raises:
            SetupError: It says nowhere where one may go on.
        """
        told = answer.headers.get("OCI-Chunk-Min-Length", "")
        least = int(told) if _NUMBER.fullmatch(told) else 0
        return cls(endpoint, location(endpoint.client.address, asked, answer), least)

    async def patch(self, chunk: bytes, start: int) -> None:
        """Send *chunk*, which begins at *start*.

        Raises:
            ChunkRefusedError: It is not taken.
            LostUploadError: The registry knows nothing of this upload.
            TransientError: It may be taken, or not.
        """
        sent = _ranged("PATCH", self.url, chunk, start)
        self._go_on(await self._taken(sent, lost=ChunkRefusedError))

    async def end(self, digest: str, chunk: bytes, start: int) -> None:
        """Send the last *chunk*, which begins at *start*; then the blob is there.

        Raises:
            ChunkRefusedError: It is not taken.
            LostUploadError: The registry knows nothing of this upload.
            TransientError: It may be taken, or not.
        """
        sent = _ranged("PUT", with_digest(self.url, digest), chunk, start)
        # The registry puts together what it has got.
        sent = attrs.evolve(sent, moved=start + len(chunk))
        self._check(await self._taken(sent, lost=ChunkRefusedError), digest)

    async def whole(self, digest: str, body: Body) -> None:
        """Send all at once; then the blob is there.

        Raises:
            SetupError: It is not taken.
            TransientError: It may be taken, or not.
        """
        url = with_digest(self.url, digest)
        sent = Request("PUT", url, body=body, moved=2 * body.size)
        self._check(await self._taken(sent, lost=None), digest)

    async def taken(self, start: int, size: int) -> int:
        """How many bytes the registry has of the chunk of that *size* which begins at *start*.

        Raises:
            ChunkRefusedError: What it says cannot be.
            LostUploadError: It knows nothing of this upload.
            TransientError: It cannot be reached.
        """
        answer = await self._once(Request("GET", self.url))
        if answer.status not in _THERE:
            raise LostUploadError(f"{self.endpoint.title} has lost an upload ({answer.status})")
        if "Location" in answer.headers:
            self._go_on(answer)
        said = _RANGE.fullmatch(answer.headers.get("Range", ""))
        # Nothing, and one byte, are told in the same way by most; the latter is never sent alone.
        has = int(said["last"]) + 1 if said is not None and said["last"] != "0" else 0
        if not start <= has <= start + size:
            raise ChunkRefusedError(f"{self.endpoint.title} tells a wrong state of an upload")
        return has - start

    async def cancel(self) -> None:
        """Have the registry forget it, if that can be had."""
        with suppress(BuilderError):
            await self._once(Request("DELETE", self.url))

    async def _once(self, request: Request) -> Answer:
        return await self.endpoint.once(self.endpoint.writing, request)

    async def _taken(self, request: Request, lost: type[ChunkRefusedError] | None) -> Answer:
        answer = await self._once(request)
        if answer.status in _TAKEN:
            return answer
        if answer.status == HTTPStatus.NOT_FOUND:
            raise LostUploadError(f"{self.endpoint.title} has lost an upload")
        error = self.endpoint.untaken(answer)
        raise error if lost is None else lost(str(error))

    def _go_on(self, answer: Answer) -> None:
        self.url = location(self.endpoint.client.address, self.url, answer)

    def _check(self, answer: Answer, digest: str) -> None:
        if is_digest(answer.digest) and answer.digest != digest:
            raise TransientError(f"{self.endpoint.title} took another blob than was sent")


def _ranged(method: str, url: URL, chunk: bytes, start: int) -> Request:
    headers = {"Content-Range": f"{start}-{start + len(chunk) - 1}"} if chunk else {}
    return Request(method, url, headers, Body.of(chunk, BYTES), moved=len(chunk))
