"""What lies behind a presigned URL, written to a file."""

import hashlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, Final

import aiohttp
import attrs
from yarl import URL

from knative_lambda.adapters.local.file_urls import path_of
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.errors import SourceRefusedError, TransientError
from knative_lambda.domain.failures import Reason

Download = Callable[[str, Path, int], Awaitable[str]]

_PIECE: Final = 1 << 20
_TIMEOUT: Final = aiohttp.ClientTimeout(total=600, sock_connect=10, sock_read=30)  # seconds
# A store may say no more than this of a key that it does not have.
_ABSENT: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN})


@attrs.define(eq=False)
class _Writing:
    """A file as it grows, to *most* bytes."""

    file: BinaryIO
    most: int
    size: int = 0
    digest: "hashlib._Hash" = attrs.field(factory=hashlib.sha256)

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > self.most:
            detail = f"source_url: the upload has more than {self.most} bytes; leave some files out"
            raise SourceRefusedError(Reason.SOURCE_TOO_LARGE, detail)
        self.digest.update(piece)
        self.file.write(piece)


async def download(url: str, into: Path, most: int) -> str:
    """Write what lies behind *url* to the new file *into*.

    Gives its SHA-256 in lower-case hex. The URL is a credential, and stands in no error.

    Raises:
        FileNotFoundError: Nothing lies there.
        SourceRefusedError: It has more than *most* bytes.
        TransientError: It cannot be read now.
    """
    with _reading(), into.open("xb") as file:
        writing = _Writing(file, most)
        match url.partition(":")[0]:
            case "file":
                await in_thread(lambda: _copy(path_of(url), writing))
            case "http" | "https":
                await _fetch(url, writing)
            case _:  # a store that only its own process can read: nobody has uploaded there
                raise FileNotFoundError
    return writing.digest.hexdigest()


def _copy(path: Path, writing: _Writing) -> None:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            writing.add(piece)


async def _fetch(url: str, writing: _Writing) -> None:
    # As it is stored, and from nowhere else: neither unpacked by the way nor redirected.
    async with (
        aiohttp.ClientSession(auto_decompress=False, timeout=_TIMEOUT) as client,
        client.get(URL(url, encoded=True), allow_redirects=False) as response,
    ):
        if response.status in _ABSENT:
            raise FileNotFoundError
        if response.status != HTTPStatus.OK:
            raise _unreadable(f"the store answered {response.status}")
        async for piece in response.content.iter_chunked(_PIECE):
            writing.add(piece)


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except TimeoutError as error:
        raise _unreadable("no answer in time") from error
    except aiohttp.ClientError as error:
        raise _unreadable(type(error).__name__) from error
    except OSError as error:
        raise _unreadable(error.strerror) from error


def _unreadable(why: str | None) -> TransientError:
    return TransientError(f"the upload cannot be read: {why}")
