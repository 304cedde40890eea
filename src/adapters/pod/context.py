"""A build's context on its way into its pod: by a URL that allows just that, and checked."""

import asyncio
from http import HTTPStatus
from pathlib import Path
from typing import Final

import aiohttp
import attrs
from yarl import URL

from knative_lambda.adapters.packing.digest import tree_hash_of_archive
from knative_lambda.adapters.packing.reader import ArchiveRefusedError
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.fetch_exit import FetchExit

MOST: Final = 1 << 30  # bytes
WAITS: Final = (0.5, 1.0, 2.0, 4.0)  # seconds before it is tried again
_TIMEOUT: Final = aiohttp.ClientTimeout(total=600, sock_connect=10, sock_read=30)  # seconds
_PIECE: Final = 1 << 18
_SAID: Final = 1 << 14  # bytes of a refusal that are looked through


class FetchError(Exception):
    """The context cannot be had; the message says why, and nothing of the URL but its host.

    Attributes:
        code: What the container is to exit with.
    """

    def __init__(self, code: FetchExit, why: str) -> None:
        super().__init__(why)
        self.code = code


class _AwayError(Exception):
    """It may be had in a moment."""


@attrs.frozen
class ContextFetch:
    """Of one context.

    Attributes:
        url: Presigned for a GET.
        tree_hash: Of what it must hold.
        into: The file that it becomes.
    """

    url: str = attrs.field(repr=False)
    tree_hash: str
    into: Path

    async def run(self) -> int:
        """Fetch and check it; how many bytes it has.

        Raises:
            FetchError: It cannot be had, or is another.
        """
        size = await self._downloaded()
        try:
            found = await in_thread(self._found)
        except ArchiveRefusedError as error:
            raise FetchError(
                FetchExit.MISMATCH, f"what was fetched is no context: {error}"
            ) from error
        if found != self.tree_hash:
            why = f"what was fetched has the tree hash {found}; it should be {self.tree_hash}"
            raise FetchError(FetchExit.MISMATCH, why)
        return size

    def _found(self) -> str:
        with self.into.open("rb") as archive:
            return tree_hash_of_archive(archive)

    async def _downloaded(self) -> int:
        why = ""
        for wait in (*WAITS, None):
            try:
                return await self._download()
            except _AwayError as error:
                why = str(error)
            except OSError as error:
                raise FetchError(
                    FetchExit.NO_ROOM, f"it cannot be written: {error.strerror}"
                ) from error
            if wait is not None:
                await asyncio.sleep(wait)
        tries = len(WAITS) + 1
        host = URL(self.url).host
        raise FetchError(FetchExit.UNREACHABLE, f"{host}: given up after {tries} tries: {why}")

    async def _download(self) -> int:
        size = 0
        try:
            async with (
                aiohttp.ClientSession(
                    timeout=_TIMEOUT, trust_env=True, auto_decompress=False
                ) as session,
                session.get(URL(self.url, encoded=True)) as response,  # as it was signed
            ):
                await self._expect(response)
                with self.into.open("wb") as file:
                    async for piece in response.content.iter_chunked(_PIECE):
                        size += len(piece)
                        if size > MOST:
                            raise FetchError(FetchExit.NO_ROOM, f"it has more than {MOST} bytes")
                        file.write(piece)
        except TimeoutError:
            raise _AwayError("no answer in time") from None
        except aiohttp.ClientError as error:
            raise _AwayError(type(error).__name__) from None  # its words may hold the URL
        return size

    async def _expect(self, response: aiohttp.ClientResponse) -> None:
        host = URL(self.url).host
        match response.status:
            case HTTPStatus.OK:
                return
            case HTTPStatus.FORBIDDEN | HTTPStatus.UNAUTHORIZED | HTTPStatus.BAD_REQUEST:
                # A URL ends with the credentials that signed it, which may be before its own time.
                if b"expired" in (await _said(response)).lower():
                    why = f"{host} does not allow it any more: the URL has expired"
                    raise FetchError(FetchExit.EXPIRED, why)
                why = f"{host} does not allow it: may who signed the URL read there?"
                raise FetchError(FetchExit.DENIED, why)
            case HTTPStatus.NOT_FOUND:
                raise FetchError(FetchExit.MISSING, f"{host} does not have it any more")
            case status:
                raise _AwayError(f"it answered {status}")


async def _said(response: aiohttp.ClientResponse) -> bytes:
    try:
        return await response.content.readexactly(_SAID)
    except asyncio.IncompleteReadError as error:
        return error.partial
