"""Port: what is counted of the service's work."""

from typing import Protocol

from knative_lambda.domain.settlement import Settlement


class Metrics(Protocol):
    """Told of what happens; it neither fails nor waits."""

    def settled(self, event_type: str, settlement: Settlement, attempts: int) -> None:
        """A delivery of *event_type*, tried *attempts* times before, was settled."""
        ...

    def unnamed(self) -> None:
        """An event came without an id."""
        ...

    def broker(self, *, connected: bool) -> None:
        """The connection to the broker was made, or lost."""
        ...
