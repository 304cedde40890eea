"""Port, driving: events that come one by one, each with somebody who waits for an answer."""

from typing import Protocol

import attrs

from knative_lambda.domain.settlement import Settlement
from knative_lambda.ports.event_source import Message

REPEAT = "repeat"


@attrs.frozen(kw_only=True)
class Report:
    """What handling an event came to, in words for its sender.

    Attributes:
        status: One word, such as `job_created` or `repeat`.
        message: The same as a sentence.
    """

    status: str
    message: str
    build_id: str | None = None
    job_name: str | None = None
    correlation_id: str | None = None


@attrs.frozen(kw_only=True)
class Received:
    """What became of an event.

    Attributes:
        settlement: How it was settled, or should be by its sender when it is not *held*.
        held: Whether we have it now: done, delayed or kept. If not, it is to be sent again.
        report: What it came to, if it was handled well.
        event_id: Of the event, if it could be read.
    """

    settlement: Settlement
    held: bool
    report: Report | None = None
    event_id: str | None = None


class Receiver(Protocol):
    """Takes an event and says at once what became of it."""

    async def receive(self, message: Message) -> Received:
        """Handle *message*; never raises for what is wrong with it."""
        ...
