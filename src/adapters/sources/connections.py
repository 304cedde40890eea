"""HTTP connections that lead to addresses found out before, and to nowhere else."""

import asyncio
import socket
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from knative_lambda.adapters.sources.addresses import Address
from knative_lambda.adapters.sources.endpoints import Endpoint
from knative_lambda.adapters.sources.limits import FetchLimits
from knative_lambda.domain.errors import SetupError

_CONNECT: Final = 10  # seconds


class _Pinned(AbstractResolver):
    """Knows the addresses of one host."""

    def __init__(self, endpoint: Endpoint, addresses: Sequence[Address]) -> None:
        self._endpoint = endpoint
        self._addresses = addresses

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - each has its own
    ) -> list[ResolveResult]:
        if host != self._endpoint.host:
            raise OSError(None, f"{host} was not looked at")
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,  # noqa: PLR2004 - of IP
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """There is nothing to close."""


def connection(
    endpoint: Endpoint, addresses: Sequence[Address], trust: ssl.SSLContext, limits: FetchLimits
) -> aiohttp.ClientSession:
    """A session that can connect to *endpoint* alone, through no proxy and with no cookies."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            ssl=trust, resolver=_Pinned(endpoint, addresses), use_dns_cache=False, force_close=True
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": "knative-lambda", "Accept-Encoding": "identity"},
        timeout=aiohttp.ClientTimeout(
            total=None, sock_connect=min(_CONNECT, limits.silence), sock_read=limits.silence
        ),
        auto_decompress=False,
        trust_env=False,
    )


async def trusted(authority: Path | None) -> ssl.SSLContext:
    """What servers are believed by: the system's authorities, or those in a PEM file.

    Raises:
        SetupError: The file has none.
    """
    try:
        return await asyncio.to_thread(lambda: ssl.create_default_context(cafile=authority))
    except OSError as error:
        message = f"KLB_SOURCE_CA_FILE: {authority}: must hold certificates in PEM form"
        raise SetupError(message) from error
