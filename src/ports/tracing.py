"""Port: the trace that an event is part of."""

from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from knative_lambda.domain.cloudevent import CloudEvent

Port = TypeVar("Port")


class Tracing(Protocol):
    """Told of what is done, as steps of a trace; it neither fails nor waits.

    Laws (`tests/contracts/tracing.py`):

    - What is done under a step gives and raises what it does without one.
    - What has no trace of its own, such as a sweep, makes no steps.
    """

    def handling(self, event: CloudEvent) -> AbstractContextManager[None]:
        """A step that lasts as long as *event* is handled, in its producer's trace."""
        ...

    def over(self, name: str, port: Port, *steps: str) -> Port:
        """*port*, of whose methods the *steps* are each a step, named `{name}.{method}`.

        What is handed on by one, such as an event or a Job, carries that step as its parent.
        """
        ...

    def ran(
        self, name: str, parent: str | None, started: int, ended: int
    ) -> AbstractContextManager[None]:
        """A step that is over already, and what comes of it.

        Args:
            name: What was done.
            parent: The `traceparent` of what it was a part of.
            started: UTC nanoseconds since 1970.
            ended: The same.
        """
        ...

    async def close(self) -> None:
        """Send what is not yet sent, within seconds."""
        ...
