"""No traces."""

from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

import attrs

from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.ports.tracing import Tracing

Port = TypeVar("Port")


@attrs.frozen
class Untraced(Tracing):
    """Nobody is told; what producers say of their traces is handed on all the same."""

    def handling(self, event: CloudEvent) -> AbstractContextManager[None]:  # noqa: ARG002 - port
        """Nothing."""
        return nullcontext()

    def over(self, name: str, port: Port, *steps: str) -> Port:  # noqa: ARG002 - the port's
        """*port* itself."""
        return port

    def ran(
        self,
        name: str,  # noqa: ARG002 - the port's signature
        parent: str | None,  # noqa: ARG002
        started: int,  # noqa: ARG002
        ended: int,  # noqa: ARG002
    ) -> AbstractContextManager[None]:
        """Nothing."""
        return nullcontext()

    async def close(self) -> None:
        """There is nothing to send."""
