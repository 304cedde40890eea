"""Batches of events, which HTTP may bring, taken apart into the events they hold."""

from typing import Final

from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.wire_content import media_type
from knative_lambda.ports.wire_json import elements

BATCH: Final = "application/cloudevents-batch+json"
MOST: Final = 10_000  # events; a body of the largest size has room for millions that are none


def is_batch(content_type: str) -> bool:
    """Whether a body of *content_type* is a batch."""
    return media_type(content_type) == BATCH


def split_batch(body: bytes) -> list[Message]:
    """The events in *body*, each a message of its own with its very bytes, in their order.

    What an element holds is for `wire.decode` to find out: one that is no event spoils no other.

    Raises:
        PermanentError: Of kind malformed: the whole is too large, or no JSON array of at most
            `MOST` elements.
    """
    wire.check_size(body)
    return [Message(element, wire.STRUCTURED) for element in elements(body, "batch", MOST)]
