"""Port: whoever waits for something, and is told how far it has come."""

from typing import Protocol

from knative_lambda.domain.cloudevent import CloudEvent


class Progress(Protocol):
    """Told of what happens; it neither fails nor waits."""

    def event(self, event: CloudEvent) -> None:
        """An event was published."""
        ...

    def status(self, status: str, text: str, **facts: object) -> None:
        """Something else is so: in one word, as a sentence for people, as facts for programs."""
        ...
