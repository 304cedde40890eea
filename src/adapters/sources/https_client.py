"""Requests over https that are led by redirects, but only where they may go."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Final

import aiohttp
import attrs
from yarl import URL

from knative_lambda.adapters.sources.addresses import Address
from knative_lambda.adapters.sources.connections import connection, trusted
from knative_lambda.adapters.sources.guard import Guard
from knative_lambda.adapters.sources.http_errors import asking, refusal
from knative_lambda.adapters.sources.https_url import HttpsUrl
from knative_lambda.adapters.sources.limits import FetchLimits
from knative_lambda.adapters.sources.refusals import rejected

_HOPS: Final = 5
_ELSEWHERE: Final = frozenset({301, 302, 303, 307, 308})


@attrs.frozen
class Answer:
    """A 200, its body not read yet.

    Attributes:
        url: Who gave it, after all redirects.
        addresses: Where that is.
        was_led: Whether there was a redirect.
    """

    url: HttpsUrl
    addresses: Sequence[Address]
    response: aiohttp.ClientResponse
    was_led: bool


@attrs.define(eq=False)
class HttpsClient:
    """Opens a connection for each request, to an address that *guard* has looked at.

    Attributes:
        authority: The file of the certificates to trust; `None`: those of the system.
    """

    guard: Guard
    limits: FetchLimits
    authority: Path | None = None
    _trust: ssl.SSLContext | None = attrs.field(default=None, init=False)
    _loading: asyncio.Lock = attrs.field(factory=asyncio.Lock, init=False)

    @asynccontextmanager
    async def get(self, url: HttpsUrl, authorization: str | None) -> AsyncIterator[Answer]:
        """What lies at *url*.

        Args:
            authorization: Shown to that very URL, and to none that a redirect leads to.

        Raises:
            SourceRefusedError: It may not be asked, or there is nothing.
            TransientError: It cannot be asked now, or what it says breaks off.
        """
        trust = await self._trusted()
        asked, headers = url, {"Authorization": authorization} if authorization else {}
        for hop in range(_HOPS + 1):
            addresses = await self.guard.addresses(asked.endpoint)
            with asking(asked.endpoint.host):
                async with (
                    connection(asked.endpoint, addresses, trust, self.limits) as session,
                    session.get(
                        URL(str(asked), encoded=True), headers=headers, allow_redirects=False
                    ) as response,
                ):
                    if response.status not in _ELSEWHERE:
                        if response.status != HTTPStatus.OK:
                            named = authorization is not None
                            raise refusal(response.status, asked.shown, named=named)
                        yield Answer(asked, addresses, response, was_led=hop > 0)
                        return
                    asked, headers = _next(asked, response), {}
        raise rejected(f"source_url: {url.shown}: redirects more than {_HOPS} times")

    async def _trusted(self) -> ssl.SSLContext:
        async with self._loading:
            if self._trust is None:
                self._trust = await trusted(self.authority)
            return self._trust


def _next(asked: HttpsUrl, response: aiohttp.ClientResponse) -> HttpsUrl:
    try:
        return asked.led_to(response.headers.get("Location", ""))
    except ValueError as error:
        detail = f"source_url: {asked.shown}: redirects to what may not be fetched; it {error}"
        raise rejected(detail) from error
