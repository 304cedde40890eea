"""A program that fetches whatever it is told to, with credentials and all."""

import asyncio
import socket
import ssl
import unicodedata
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

import attrs
from support.network_sources import Names, on_the_internet

_SECONDS = 5
_HOPS = 10


@attrs.define(eq=False)
class CarelessFetcher:
    """Looks up each name when it needs it, and follows every redirect.

    Attributes:
        looks_first: Whether it goes only to names that are on the internet when it asks for them.
        dialed: Every address it has connected to, or would have.
        read: How many bytes of this machine's files it has taken.
    """

    names: Names
    looks_first: bool = False
    dialed: list[str] = attrs.field(factory=list)
    read: int = 0

    @property
    def went_astray(self) -> bool:
        """Whether it was led to where nothing of the internet is."""
        return self.read > 0 or not _all_public(self.dialed)

    async def get(self, url: str, authorization: str | None = None) -> None:
        for _ in range(_HOPS):
            answer = await self._ask(_split(url), authorization)
            if answer is None:
                return
            url = urljoin(url, answer)
        raise RecursionError("it would go on")

    async def _ask(self, parts: SplitResult, authorization: str | None) -> str | None:
        """Where the answer leads."""
        if parts.scheme == "file":
            self.read += len(Path(parts.path).read_bytes())  # noqa: ASYNC240 - careless
            return None
        host = (parts.hostname or "").partition("%")[0]
        if self.looks_first and not _all_public(await self._addresses(host)):
            return None
        for address in await self._addresses(host):
            self.dialed.append(address)
            if not ip_address(address).is_loopback or ":" in address or parts.scheme != "https":
                continue  # nobody of ours is there
            head = f"GET {parts.path or '/'} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
            if authorization is not None:
                head += f"Authorization: {authorization}\r\n"
            async with asyncio.timeout(_SECONDS):
                reader, writer = await asyncio.open_connection(
                    address, parts.port or 443, ssl=_believing()
                )
                writer.write(f"{head}\r\n".encode())
                answer = (await reader.read()).decode("utf-8", "replace")
                writer.close()
            for line in answer.splitlines():
                if line.lower().startswith("location: "):
                    return line.partition(": ")[2]
        return None

    async def _addresses(self, host: str) -> list[str]:
        if ":" in host:
            wrapped = ip_address(host)
            return [str(getattr(wrapped, "ipv4_mapped", None) or wrapped)]
        host = unicodedata.normalize("NFKC", host)
        try:
            return [socket.inet_ntoa(socket.inet_aton(host))]
        except OSError:
            return [str(address) for address in await self.names(host)]


def _split(url: str) -> SplitResult:
    """As browsers and git read it."""
    if "://" not in url:
        url = "ssh://" + url.replace(":", "/", 1)
    return urlsplit(url.replace("\\", "/"))


def _all_public(addresses: Sequence[str]) -> bool:
    return all(on_the_internet(ip_address(address)) for address in addresses)


def _believing() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
