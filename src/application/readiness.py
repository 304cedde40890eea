"""Waiting until a function that is deployed answers, from outside of the service."""

import asyncio
from collections.abc import Awaitable, Callable

import attrs

from knative_lambda.domain.errors import BuilderError
from knative_lambda.ports.progress import Progress
from knative_lambda.ports.service_deployer import Service

Look = Callable[[str], Awaitable[Service | None]]


@attrs.frozen
class Readiness:
    """Looks at a Service until it is ready.

    Attributes:
        look: Gives the Service of a name, as `ServiceDeployer.look` does.
        every: Seconds between two looks.
        limit: Seconds that it may take.
        unseen: Seconds after which a Service that is not there is taken to be out of sight.
    """

    look: Look
    progress: Progress
    every: float = 0.2
    limit: float = 60.0
    unseen: float = 5.0

    async def of(self, name: str) -> Service | None:
        """The Service *name*, ready or as it is at the limit; `None` if it is out of sight."""
        clock = asyncio.get_running_loop().time
        began, told = clock(), ""
        while True:
            try:
                seen = await self.look(name)
            except BuilderError:
                return None
            waited = clock() - began
            if seen is None:
                if waited >= self.unseen:
                    return None
            elif (seen.ready and seen.url) or waited >= self.limit:
                return seen
            elif seen.message not in ("", told):
                told = seen.message
                self.progress.status("waiting", told, detail=told)
            await asyncio.sleep(self.every)
