"""Where a registry is spoken to, and which other addresses its credential may see."""

import ipaddress
from pathlib import Path
from typing import Final, Self

import attrs
from yarl import URL

# Images name the first, where there is only a web site.
_DOCKER_HUB: Final = {"docker.io": "registry-1.docker.io"}


@attrs.frozen
class Address:
    """Of one registry.

    Attributes:
        registry: As images name it: a host, and perhaps a path.
        origin: Where its API is.
        authority: The file of the certificates to trust; `None`: those of the system.
        besides: Whether those of the system are trusted besides that file.
    """

    registry: str
    origin: URL
    authority: Path | None
    besides: bool = False

    @classmethod
    def of(
        cls,
        registry: str,
        authority: Path | None = None,
        *,
        besides: bool = False,
        plain: bool = False,
    ) -> Self:
        """That of *registry*, a host and perhaps a path, over plain HTTP if *plain*.

        What is on this machine speaks plain HTTP too, unless it has an authority of its own.
        """
        host = registry.partition("/")[0]
        plain = plain or ((authority is None or besides) and _is_this_machine(host))
        there = _DOCKER_HUB.get(host, host)
        return cls(registry, URL(f"{'http' if plain else 'https'}://{there}"), authority, besides)

    @property
    def title(self) -> str:
        """What errors call it."""
        return f"the registry {self.host}"

    @property
    def host(self) -> str:
        """As images name it, with the port if it is not the usual one."""
        return self.registry.partition("/")[0]

    def may_see_credentials(self, realm: URL) -> bool:
        """Whether the token server at *realm* is one to talk to: encrypted, or this very host.

        What is encrypted so far stays so.
        """
        if realm.scheme == "https":
            return bool(realm.host)
        plainly = realm.scheme == self.origin.scheme == "http"
        return plainly and realm.host == self.origin.host

    def is_own(self, url: URL) -> bool:
        """Whether *url* is of the registry itself, which alone is shown what it asks for."""
        return same_origin(url, self.origin)

    def may_lead_to(self, url: URL) -> bool:
        """Whether blobs may be got from, and sent to, where *url* is, without a credential.

        What is encrypted so far stays so.
        """
        schemes = ("https", self.origin.scheme)
        return url.scheme in schemes and bool(url.host) and url.user is None


def same_origin(one: URL, other: URL) -> bool:
    """Whether both are of one server; some registries tell a port that goes without saying."""
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def _is_this_machine(host: str) -> bool:
    name = host.partition(":")[0]
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
