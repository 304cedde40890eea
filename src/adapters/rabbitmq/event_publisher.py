"""Events to a topic exchange of RabbitMQ."""

import attrs

from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.domain.announcement import Announcement
from knative_lambda.ports import wire
from knative_lambda.ports.event_publisher import EventPublisher


@attrs.frozen
class RabbitMQEventPublisher(EventPublisher):
    """Publishes by type; confirmed, and routed to at least one queue."""

    link: Link

    async def publish(self, announcement: Announcement) -> None:
        """Publish, and wait until the broker has stored it."""
        message = envelope.amqp_message(wire.encode(announcement), {})
        await self.link.publish(message, self.link.topology.exchange, announcement.type)
