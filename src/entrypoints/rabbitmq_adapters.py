"""Events by way of RabbitMQ."""

from collections.abc import Callable

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Singleton

from knative_lambda.adapters.rabbitmq.depths import QueueDepths
from knative_lambda.adapters.rabbitmq.event_publisher import RabbitMQEventPublisher
from knative_lambda.adapters.rabbitmq.event_source import RabbitMQEventSource
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.outbox import FunctionsOutbox
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.ports.metrics import Metrics
from knative_lambda.settings import Settings


class RabbitMQAdapters(DeclarativeContainer):
    """One connection for all of it."""

    settings = Dependency(instance_of=Settings)
    metrics: Dependency[Metrics] = Dependency()
    now: Dependency[Callable[[], int]] = Dependency()
    _set = settings.provided

    topology = Singleton(Topology, _set.exchange, _set.queue, _set.function_dead_letter_queue)
    link = Singleton(Link, _set.rabbitmq_url, topology, metrics)
    link.add_kwargs(passive=_set.declares_nothing, authority=_set.rabbitmq_ca_file)
    source = Singleton(RabbitMQEventSource, link, _set.prefetch, now)
    publisher = Singleton(RabbitMQEventPublisher, link)
    letters = Singleton(FunctionsOutbox, link, now)
    depths = Singleton(QueueDepths, link, metrics)
