"""A build's log on its way to where it can be read when its pod is gone."""

import gzip
from http import HTTPStatus
from pathlib import Path
from typing import Final

import aiohttp
import attrs
from yarl import URL

from knative_lambda.adapters.kept_log import KeptLog
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.errors import TransientError

_TIMEOUT: Final = aiohttp.ClientTimeout(total=60, sock_connect=10)  # seconds


@attrs.frozen
class LogSender:
    """Sends it once, in whole: a store takes no piece after another.

    Attributes:
        url: Presigned for a PUT; empty: it is sent nowhere.
    """

    log: KeptLog
    url: str = attrs.field(repr=False)

    async def send(self) -> None:
        """Send all that was kept, compressed.

        Raises:
            OSError: There is no room to compress it in.
            TransientError: It was not taken; says nothing of where that was.
        """
        if not self.url:
            return
        packed = await in_thread(self._pack)
        try:
            with packed.open("rb") as content:
                async with (
                    aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=True) as session,
                    session.put(
                        URL(self.url, encoded=True),  # as it was signed
                        data=content,
                        headers={"Content-Type": "application/gzip"},
                        allow_redirects=False,
                    ) as response,
                ):
                    status = response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            name = type(error).__name__  # its words may hold the URL
            raise TransientError(f"the store of logs cannot be reached: {name}") from None
        finally:
            packed.unlink()
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise TransientError(f"the store of logs answered {status}")

    def _pack(self) -> Path:
        packed = self.log.path.with_name(f"{self.log.path.name}.gz")
        with gzip.open(packed, "wb") as file:
            for piece in self.log.pieces():
                file.write(piece)
        return packed
