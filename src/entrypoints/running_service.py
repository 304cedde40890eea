"""A service that runs already, as its users reach it: by RabbitMQ, or over HTTP."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import attrs

from knative_lambda.adapters.rabbitmq.listener import RabbitMQListener
from knative_lambda.adapters.rabbitmq.producer import RabbitMQProducer
from knative_lambda.domain.announcement import DEAD_LETTER, PUBLISHED
from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.errors import TransientError
from knative_lambda.entrypoints.container import Container
from knative_lambda.ports.event_source import Message


@attrs.frozen
class RunningService:
    """Connected to when it is needed.

    Attributes:
        over_http: Whether it is reached over HTTP, where nobody can listen.
    """

    container: Container
    over_http: bool

    async def send(self, message: Message, event: CloudEvent) -> None:
        """Send *message*, which is *event*, and wait until the service will find it.

        Raises:
            SetupError: The broker does not let us send.
            TransientError: It may have been stored all the same; sending it again is safe.
        """
        with self._named(f" with --id {event.id}, as this may have arrived"):
            if self.over_http:
                await self.container.sink().post(message.body)
            else:
                await RabbitMQProducer(self.container.link()).send(message, event.type)

    async def listen(self) -> AsyncIterator[CloudEvent]:
        """What the service publishes, from when this returns; see `RabbitMQListener`."""
        with self._named(""):
            return await RabbitMQListener(self.container.link()).listen(PUBLISHED)

    async def listen_to_all(self) -> AsyncIterator[CloudEvent]:
        """The same, and an event for each that the service gives up."""
        with self._named(""):
            listener = RabbitMQListener(self.container.link())
            return await listener.listen(PUBLISHED | {DEAD_LETTER})

    @contextmanager
    def _named(self, how: str) -> Iterator[None]:
        try:
            yield
        except TransientError as error:
            variable = "K_SINK" if self.over_http else "KLB_RABBITMQ_URL"
            todo = f"see that it runs and that {variable} names it, and try again{how}"
            raise TransientError(f"{error}; what to do: {todo}") from error
