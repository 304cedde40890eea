"""What the laws of `EventSource` are told with: messages, deliveries, dead letters."""

from asyncio import timeout
from collections.abc import AsyncIterator

import attrs
from contracts.contract import DEADLINE

from knative_lambda.domain.settlement import Retry
from knative_lambda.ports.event_source import Delivery, Failure, Message

SECOND = 1_000_000_000


@attrs.frozen
class Kept:
    """A dead letter: the message, and why it was given up."""

    message: Message
    reason: str
    detail: str
    failures: tuple[Failure, ...]


def message(name: str) -> Message:
    """A message that every transport can carry whole."""
    return Message(
        body=f'{{"name":"{name}"}}'.encode(),
        content_type="application/cloudevents+json",
        headers={"type": "network.notifi.lambda.build.start", "subject": name},
        message_id=name,
        timestamp=1_800_000_000 * SECOND,
    )


def retry(delay: float) -> Retry:
    """A retry of something that was away."""
    return Retry(delay, "away")


def is_same(seen: Message, sent: Message) -> bool:
    """Whether *seen* is *sent*; a transport may add headers of its own."""
    return (
        attrs.evolve(seen, headers={}) == attrs.evolve(sent, headers={})
        and seen.headers.items() >= sent.headers.items()
    )


async def following(deliveries: AsyncIterator[Delivery]) -> Delivery:
    """The next delivery, which must come."""
    async with timeout(DEADLINE):
        return await anext(deliveries)


async def close(deliveries: AsyncIterator[Delivery]) -> None:
    """End the consumer that takes *deliveries*."""
    closing = getattr(deliveries, "aclose", None)
    if closing is not None:
        await closing()
