"""Port: deliveries in, and how each is settled."""

from collections.abc import AsyncIterator, Mapping
from typing import Final, Protocol, Self

import attrs

from knative_lambda.domain.settlement import Retry, SetAside, Settlement

MOST_FAILURES: Final = 20  # that a delivery carries along: its first, and the newest


@attrs.frozen
class Message:
    """A message as it came off the wire.

    Attributes:
        timestamp: When it was sent, UTC nanoseconds since 1970, if the transport says.
    """

    body: bytes = attrs.field(repr=False)
    content_type: str = ""
    headers: Mapping[str, object] = attrs.field(factory=dict, repr=False)
    message_id: str | None = None
    timestamp: int | None = None


@attrs.frozen
class Failure:
    """A try that failed: when, in UTC nanoseconds since 1970, and by what."""

    at: int
    cause: str


@attrs.frozen
class Delivery:
    """One message, to be settled once.

    Attributes:
        tag: What the source knows this delivery by; `None` for one that came by another door.
        arrived: When it first came, UTC nanoseconds since 1970, as far as the source can tell.
        attempts: How often it was tried, failed, and was put back.
        set_aside: How often a limit has made it wait.
        failures: Of those attempts, the first and the newest.
        redelivered: Whether somebody had it before, and never settled it.
    """

    message: Message
    tag: int | None
    arrived: int
    attempts: int = 0
    set_aside: int = 0
    failures: tuple[Failure, ...] = ()
    redelivered: bool = False

    def put_back(self, settlement: Retry | SetAside, now: int) -> Self:
        """As it is delivered the next time, when it was settled so at *now*."""
        if isinstance(settlement, SetAside):
            return attrs.evolve(self, set_aside=self.set_aside + 1, redelivered=False)
        return self.failed(Failure(now, settlement.cause))

    def failed(self, failure: Failure) -> Self:
        """The same with one more attempt."""
        first, newest = self.failures[:1], self.failures[1:]
        room = MOST_FAILURES - len(first) - 1
        failures = (*first, *newest[-room:], failure)
        attempts = self.attempts + 1
        return attrs.evolve(self, attempts=attempts, failures=failures, redelivered=False)


class Settler(Protocol):
    """What an event that came by another door, such as HTTP, can be handed to.

    Attributes:
        can_delay: Whether it takes what is to be delivered again.
    """

    can_delay: bool

    async def settle(self, delivery: Delivery, settlement: Settlement) -> None:
        """Settle *delivery*; on return it is durable.

        Raises:
            TransientError: It could not be settled; if it has a tag, it will come back.
        """
        ...


class EventSource(Settler, Protocol):
    """Where events come from.

    Laws (`tests/contracts/event_source.py`):

    - Every message is delivered at least once; one that is not settled comes back,
      and says so.
    - `Ack` removes it for good.
    - `Retry` delivers it again, not before its delay, with one more attempt and its failure.
    - `SetAside` delivers it again, not before its delay, with the same attempts.
    - `DeadLetter` removes it and keeps it, unchanged, with the reason and the detail.
    - What waits blocks nothing behind it.
    - A delivery without a tag is settled likewise: there is just nothing to remove.

    Attributes:
        consuming: Whether messages can come now.
    """

    consuming: bool

    def deliveries(self) -> AsyncIterator[Delivery]:
        """Messages as they come, until the source is lost.

        Raises:
            TransientError: The source cannot be reached, or no longer; ask again.
            SetupError: It is not set up as this service needs it.
        """
        ...
