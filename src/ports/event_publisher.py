"""Port: CloudEvents out."""

from typing import Protocol

from knative_lambda.domain.announcement import Announcement


class EventPublisher(Protocol):
    """Where events go.

    Laws (`tests/contracts/event_publisher.py`):

    - On return the event is taken: it outlives us, and it was routable.
    - It arrives in the form of `knative_lambda.ports.wire`, with the id it was given.
    - Publishing the same again gives the same bytes.
    """

    async def publish(self, announcement: Announcement) -> None:
        """Publish, and wait until it is confirmed.

        Raises:
            TransientError: It was not confirmed; it may have been taken all the same.
        """
        ...
