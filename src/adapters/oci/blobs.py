"""Blobs that a repository has: whether they are there, and what is in them."""

import hashlib
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing
from http import HTTPStatus
from typing import Final

import aiohttp
import attrs

from knative_lambda.adapters.oci.answer import Answer
from knative_lambda.adapters.oci.digests import checked
from knative_lambda.adapters.oci.endpoint import Endpoint
from knative_lambda.adapters.oci.locations import location
from knative_lambda.adapters.oci.request import Request
from knative_lambda.adapters.oci.retries import Patience
from knative_lambda.adapters.oci.scopes import Scope
from knative_lambda.adapters.oci.transport import ELSEWHERE
from knative_lambda.domain.errors import SetupError, TransientError

LARGEST: Final = 4 << 30  # bytes

_HOPS: Final = 3
_PIECE: Final = 1 << 18  # bytes
_WORTH: Final = 1 << 20  # bytes, after which a connection that breaks off has been of use


@attrs.frozen
class Blobs:
    """Those of one repository."""

    endpoint: Endpoint

    async def has(self, digest: str, scope: Scope) -> bool:
        """Whether that one is there.

        Raises:
            SetupError: The registry refuses.
            TransientError: It cannot be reached.
        """
        request = Request("HEAD", self.endpoint.url(f"blobs/{checked(digest)}"))
        answer = await self.endpoint.answer(scope, request, led=True)
        if answer.status in ELSEWHERE:
            # Some keep blobs elsewhere, and lead there only to what they have.
            location(self.endpoint.client.address, request.url, answer)
            return True
        if answer.status == HTTPStatus.NOT_FOUND:
            return False
        if answer.status != HTTPStatus.OK:
            raise self.endpoint.unread(answer)
        return True

    async def fetch(self, digest: str, most: int) -> AsyncGenerator[bytes, None]:
        """That one, piece by piece, of which there are at most *most* bytes.

        Raises:
            SetupError: It is not there, or larger, or the registry refuses.
            TransientError: The registry cannot be reached, or gave something else.
        """
        checked(digest)
        patience = Patience(self.endpoint.retries)
        hashed, got, counted = hashlib.sha256(), 0, 0
        while True:
            try:
                async with aclosing(self._from(digest, got, most)) as pieces:
                    async for piece in pieces:
                        hashed.update(piece)
                        got += len(piece)
                        yield piece
                break
            except TransientError as error:
                if got - counted >= _WORTH:
                    patience.renew()
                counted = got
                await patience.wait(error)
        if f"sha256:{hashed.hexdigest()}" != digest:
            raise TransientError(f"{self.endpoint.title} gave a blob that is not {digest}")

    async def _from(self, digest: str, start: int, most: int) -> AsyncGenerator[bytes, None]:
        """What follows the first *start* bytes."""
        headers = {"Range": f"bytes={start}-"} if start else {}
        url = self.endpoint.url(f"blobs/{digest}")
        async with AsyncExitStack() as stack:
            response = await self._found(Request("GET", url, headers, moved=most), stack)
            if response.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                return  # it had broken off after the last byte
            at = start if response.status == HTTPStatus.PARTIAL_CONTENT else 0
            async for piece in response.content.iter_chunked(_PIECE):
                at += len(piece)
                if at > most:
                    raise SetupError(f"{self.endpoint.title} gave more than {most} bytes of a blob")
                if at > start:
                    yield piece[-(at - start) :]
                    start = at

    async def _found(self, request: Request, stack: AsyncExitStack) -> aiohttp.ClientResponse:
        """The answer with the blob, wherever that is kept; open until *stack* ends."""
        client = self.endpoint.client
        good = [HTTPStatus.OK]
        if "Range" in request.headers:
            good += [HTTPStatus.PARTIAL_CONTENT, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE]
        for _ in range(_HOPS):
            streamed = client.stream(self.endpoint.reading, request)
            response = await stack.enter_async_context(streamed)
            if response.status in good:
                return response
            answer = Answer(response.status, response.headers, b"")
            if response.status not in ELSEWHERE:
                raise self._missing(request, answer)
            request = attrs.evolve(request, url=location(client.address, request.url, answer))
        raise SetupError(f"{self.endpoint.title} leads from one place to the next")

    def _missing(self, request: Request, answer: Answer) -> SetupError | TransientError:
        """The error for an answer without the blob."""
        client = self.endpoint.client
        if not client.address.is_own(request.url):
            # Where the registry leads to is good for a while; it leads there anew.
            return TransientError(f"{client.title(request.url)} answered {answer.status}")
        if answer.status == HTTPStatus.NOT_FOUND:
            return SetupError(f"{self.endpoint.title} has no such blob in {self.endpoint.name}")
        return self.endpoint.unread(answer)
