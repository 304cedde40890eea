"""Where a registry is spoken to, and which other addresses its credential may see."""

import ipaddress
from pathlib import Path
from typing import Self

import attrs
from yarl import URL


@attrs.frozen
class Address:
    """Of one registry.

    Attributes:
        registry: As images name it: a host, and perhaps a path.
        origin: Where its API is.
        authority: The file of the certificates to trust; `None`: those of the system.
    """

    registry: str
    origin: URL
    authority: Path | None

    @classmethod
    def of(cls, registry: str, authority: Path | None = None, *, plain: bool = False) -> Self:
        """That of *registry*, a host and perhaps a path, over plain HTTP if *plain*.

        What is on this machine speaks plain HTTP too, unless an authority is given.
        """
        host = registry.partition("/")[0]
        plain = plain or (authority is None and _is_this_machine(host))
        return cls(registry, URL(f"{'http' if plain else 'https'}://{host}"), authority)

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


def _is_this_machine(host: str) -> bool:
    name = host.partition(":")[0]
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
