"""Names of hosts into addresses."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address
from typing import Final

from knative_lambda.adapters.sources.addresses import Address
from knative_lambda.adapters.sources.refusals import not_found
from knative_lambda.domain.errors import TransientError

Resolver = Callable[[str], Awaitable[Sequence[Address]]]

_SECONDS: Final = 10
_UNKNOWN: Final = frozenset({socket.EAI_NONAME, socket.EAI_NODATA})  # type: ignore[attr-defined, unused-ignore] # Linux alone has the second


async def system_resolver(name: str) -> Sequence[Address]:
    """What the system says of *name*.

    Raises:
        SourceRefusedError: Nobody has this name.
        TransientError: Nobody could be asked.
    """
    try:
        async with asyncio.timeout(_SECONDS):
            loop = asyncio.get_running_loop()
            found = await loop.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno in _UNKNOWN:
            raise not_found(f"source_url: there is no host {name}") from error
        raise TransientError("a source's host cannot be resolved now") from error
    except (OSError, UnicodeError) as error:
        raise TransientError("a source's host cannot be resolved now") from error
    return list(dict.fromkeys(ip_address(str(place[0]).partition("%")[0]) for *_, place in found))
