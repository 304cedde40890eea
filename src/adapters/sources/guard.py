"""Who may be connected to: asked before each connection, which then goes nowhere else."""

from collections.abc import Callable, Sequence

import attrs

from knative_lambda.adapters.sources.addresses import Address, is_public
from knative_lambda.adapters.sources.endpoints import Endpoint, HostPattern
from knative_lambda.adapters.sources.host_names import address_of
from knative_lambda.adapters.sources.refusals import rejected
from knative_lambda.adapters.sources.resolver import Resolver, system_resolver
from knative_lambda.domain.errors import TransientError


@attrs.frozen
class Guard:
    """Looks at names, and at the addresses behind them.

    Attributes:
        hosts: Those allowed; all, if there is no pattern.
        permits: Whether an address may be connected to.
    """

    hosts: tuple[HostPattern, ...] = ()
    permits: Callable[[Address], bool] = is_public
    resolver: Resolver = system_resolver

    async def addresses(self, endpoint: Endpoint) -> Sequence[Address]:
        """Where to connect to for *endpoint*: to these, without asking for the name again.

        Raises:
            SourceRefusedError: It is not allowed, or there is no such host.
            TransientError: The name cannot be resolved now.
        """
        if self.hosts and not any(pattern.matches(endpoint) for pattern in self.hosts):
            raise rejected(
                f"source_url: {endpoint.bracketed}:{endpoint.port} is not among the hosts that "
                "sources may come from; ask the operator of this service to allow it"
            )
        literal = address_of(endpoint.host)
        found = [literal] if literal is not None else await self.resolver(endpoint.host)
        if not found:
            raise TransientError("a source's host has no address now")
        # All of them, since which one is used is chance. They are not told: they are internal.
        if not all(map(self.permits, found)):
            raise rejected(
                f"source_url: {endpoint.host} lies in a network that sources may not come from; "
                "use a host that is on the internet"
            )
        return found
