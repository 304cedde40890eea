"""Events of a producer, which are not ours to announce but to ask with."""

import attrs

from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.ports.event_source import Message


@attrs.frozen
class RabbitMQProducer:
    """Sends to the topic exchange; confirmed, and routed to at least one queue."""

    link: Link

    async def send(self, message: Message, event_type: str) -> None:
        """Send *message*, an event of that type, and wait until the broker has stored it.

        Raises:
            SetupError: The broker does not fit this service.
            TransientError: It was not confirmed; it may have been taken all the same.
        """
        sent = envelope.amqp_message(message, {})
        await self.link.publish(sent, self.link.topology.exchange, event_type)
