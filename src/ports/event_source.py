"""Port: deliveries in."""

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

import attrs

from knative_lambda.domain.settlement import Settlement


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
class Delivery:
    """One message, to be settled once.

    Attributes:
        tag: What the source knows this delivery by.
        arrived: When it first came to this source, UTC nanoseconds since 1970.
        attempts: How often it was tried and put back before.
        set_aside: How often a limit has made it wait.
    """

    message: Message
    tag: int
    arrived: int
    attempts: int = 0
    set_aside: int = 0


class EventSource(Protocol):
    """Where events come from.

    Laws (`tests/contracts/event_source.py`):

    - Every message is delivered at least once; one that is not settled comes back.
    - `Ack` removes it for good.
    - `Retry` delivers it again, not before its delay, with one more attempt counted.
    - `SetAside` delivers it again, not before its delay, with the same attempts.
    - `DeadLetter` removes it and keeps it, unchanged, with the reason and the detail.
    - What waits blocks nothing behind it.
    """

    def deliveries(self) -> AsyncIterator[Delivery]:
        """Messages as they come, without end.

        Raises:
            TransientError: The source cannot be reached.
        """
        ...

    async def settle(self, delivery: Delivery, settlement: Settlement) -> None:
        """Settle *delivery*; on return it is durable.

        Raises:
            TransientError: The source cannot be reached; the message will come back.
        """
        ...
