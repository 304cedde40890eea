"""Port: what is counted of the service's work."""

from collections.abc import Mapping
from typing import Protocol

import attrs

from knative_lambda.domain.changes import Changes
from knative_lambda.domain.limit import Limit
from knative_lambda.domain.settlement import Settlement


@attrs.frozen(kw_only=True)
class Settled:
    """A delivery that is done with for now.

    Attributes:
        type: Of its event; `other` for one that is not consumed here.
        attempts: How often it was tried before.
        age: Seconds since it first came.
        took: Seconds that it was in hand.
        repeat: Whether all that it asks for was known already.
    """

    type: str
    settlement: Settlement
    attempts: int
    age: float
    took: float
    repeat: bool = False


class Metrics(Protocol):
    """Told of what happens; it neither fails nor waits."""

    def settled(self, settled: Settled) -> None:
        """A delivery was settled."""
        ...

    def unnamed(self) -> None:
        """An event came without an id."""
        ...

    def held_back(self, tenant: str, limit: Limit) -> None:
        """A start of *tenant* has to wait for its turn."""
        ...

    def changed(self, tenant: str, changes: Changes) -> None:
        """A record of one of *tenant*'s functions was written."""
        ...

    def active(self, builds: Mapping[str, int]) -> None:
        """So many builds of each tenant are under way, and none of any other."""
        ...

    def found(self, what: str, count: int) -> None:
        """A sweep has come across that many of *what*, and mended it."""
        ...

    def functions(self, *, ready: int, unready: int) -> None:
        """A sweep has seen so many functions that serve, and that should but do not."""
        ...

    def swept(self, *, complete: bool, took: float) -> None:
        """A sweep has ended after so many seconds, and could look at all or not."""
        ...

    def broker(self, *, connected: bool) -> None:
        """The connection to the broker was made, or lost."""
        ...

    def waiting(self, queue: str, messages: int) -> None:
        """So many messages are in *queue*."""
        ...
