"""A sidecar's way to the broker: it publishes, and may do nothing else there."""

from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.rabbitmq.event_publisher import RabbitMQEventPublisher
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.sidecar.settings import SidecarSettings


def broker(settings: SidecarSettings) -> tuple[Link, RabbitMQEventPublisher]:
    """The connection, and what publishes over it."""
    topology = Topology(settings.exchange, queue="", functions="")  # the queues are not its own
    link = Link(settings.rabbitmq_url, topology, MemoryMetrics(), publishes=True)
    return link, RabbitMQEventPublisher(link)
