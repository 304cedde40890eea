"""A program that fetches whatever it is told to, with credentials and all."""

import asyncio
import socket
import ssl
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

import attrs
from support.network_sources import Names, on_the_internet

_SECONDS = 5
_HOPS = 10


@attrs.define(eq=False)
class CarelessFetcher:
    """Looks up each name when it needs it, and follows every redirect.

    Attributes:
        dialed: Every address it has connected to, or would have.
    """

    names: Names
    dialed: list[str] = attrs.field(factory=list)

    @property
    def went_astray(self) -> bool:
        """Whether it was led to where nothing of the internet is."""
        return not all(on_the_internet(ip_address(address)) for address in self.dialed)

    async def get(self, url: str, authorization: str | None = None) -> None:
        for _ in range(_HOPS):
            answer = await self._ask(url, authorization)
            if answer is None:
                return
            url = urljoin(url, answer)
        raise RecursionError("it would go on")

    async def _ask(self, url: str, authorization: str | None) -> str | None:
        """Where the answer leads."""
        parts = urlsplit(url)
        host = (parts.hostname or "").partition("%")[0]
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
        try:
            return [socket.inet_ntoa(socket.inet_aton(host))]
        except OSError:
            return [str(address) for address in await self.names(host)]


def _believing() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
