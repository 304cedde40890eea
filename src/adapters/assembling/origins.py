"""The registries that base images come from, each connected to once it is needed."""

from collections.abc import Callable, Sequence

import attrs

from knative_lambda.adapters.assembling.base_name import HUB, BaseName
from knative_lambda.adapters.oci.client import RegistryClient
from knative_lambda.adapters.oci.repository import Repository


@attrs.define(eq=False)
class Origins:
    """Where builds would look, too.

    Attributes:
        ours: Our own registry, which may have bases as any other.
        opened: Gives a client of another one, by its host.
        mirrors: Of Docker Hub, which are asked before it: a host, perhaps with a path.
    """

    ours: RegistryClient
    opened: Callable[[str], RegistryClient]
    mirrors: Sequence[str] = ()
    _clients: dict[str, RegistryClient] = attrs.field(factory=dict, init=False)

    def of(self, name: BaseName) -> list[Repository]:
        """Those that may have what *name* means, the best first."""
        mirrors = self.mirrors if name.host == HUB else ()
        places = [one.partition("/") for one in mirrors]
        return [
            *(
                Repository(self._client(host), f"{path}{slash}{name.repository}")
                for host, slash, path in places
            ),
            Repository(self._client(name.host), name.repository),
        ]

    async def close(self) -> None:
        """Close all connections."""
        for client in (self.ours, *self._clients.values()):
            await client.close()

    def _client(self, host: str) -> RegistryClient:
        if host == self.ours.address.host:
            return self.ours
        if host not in self._clients:
            self._clients[host] = self.opened(host)
        return self._clients[host]
