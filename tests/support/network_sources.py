"""Our fetcher of sources, in a world where some names and addresses stand for the internet."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path

import attrs
from support.ssh_server import SshServer

from knative_lambda.adapters.sources.addresses import Address, is_public
from knative_lambda.adapters.sources.buckets import AllowedBuckets
from knative_lambda.adapters.sources.credential_folder import CredentialFolder
from knative_lambda.adapters.sources.endpoints import patterns
from knative_lambda.adapters.sources.guard import Guard
from knative_lambda.adapters.sources.https_client import HttpsClient
from knative_lambda.adapters.sources.limits import FetchLimits
from knative_lambda.adapters.sources.routing import Router
from knative_lambda.adapters.sources.source_fetcher import NetworkSources

PUBLIC = ip_address("127.0.0.1")  # stands for the internet; 127.0.0.2 is as private as it is

NAMES = {
    "public.sources.test": "127.0.0.1",
    "other.sources.test": "127.0.0.1",
    "internal.sources.test": "127.0.0.2",
}


@attrs.define(eq=False)
class Names:
    """A DNS: gives what it was told, and notes what it was asked."""

    known: Mapping[str, str] = attrs.field(factory=lambda: dict(NAMES))
    asked: list[str] = attrs.field(factory=list)

    async def __call__(self, name: str) -> Sequence[Address]:
        self.asked.append(name)
        found = self.known.get(name)
        return [] if found is None else [ip_address(word) for word in found.split()]


def on_the_internet(address: Address) -> bool:
    """Whether *address* stands for one of the internet."""
    return address == PUBLIC or is_public(address)


def network_sources(  # noqa: PLR0913 - each test varies one
    authority: Path | None,
    *,
    resolver: Callable[[str], Awaitable[Sequence[Address]]] | None = None,
    hosts: Sequence[str] = (),
    credentials: Path | None = None,
    buckets: AllowedBuckets = AllowedBuckets(),  # noqa: B008 - it is frozen
    limits: FetchLimits = FetchLimits(),  # noqa: B008 - it is frozen
) -> NetworkSources:
    """A fetcher that takes `PUBLIC` for the internet."""
    guard = Guard(patterns(hosts), on_the_internet, resolver or Names())
    client = HttpsClient(guard, limits, authority)
    return NetworkSources(Router(client, CredentialFolder(credentials), buckets, limits))


def add_credential(folder: Path, name: str, files: Mapping[str, str]) -> None:
    """Write a credential as a mounted Secret would lie there."""
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        (place / file).write_text(text, "utf-8")


def add_ssh_credential(folder: Path, server: SshServer, **more: str) -> None:
    """Write the credential `forge`, which opens *server*; *more* are other files of it."""
    files = {
        "type": "ssh",
        "hosts": "public.sources.test",
        "tenants": "acme",
        "ssh-privatekey": server.key.read_text("utf-8"),
        "known_hosts": server.known_hosts,
    }
    add_credential(folder, "forge", {**files, **more})
