"""Events by way of RabbitMQ."""

from collections.abc import Callable

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Singleton

from knative_lambda.entrypoints.imported import made
from knative_lambda.ports.metrics import Metrics
from knative_lambda.settings import Settings


class RabbitMQAdapters(DeclarativeContainer):
    """One connection for all of it."""

    settings = Dependency(instance_of=Settings)
    metrics: Dependency[Metrics] = Dependency()
    now: Dependency[Callable[[], int]] = Dependency()
    _set = settings.provided

    topology = Singleton(made, "adapters.rabbitmq.topology:Topology", _set.exchange, _set.queue)
    topology.add_args(_set.function_dead_letter_queue)
    link = Singleton(made, "adapters.rabbitmq.link:Link", _set.rabbitmq_url, topology, metrics)
    link.add_kwargs(passive=_set.declares_nothing, authority=_set.rabbitmq_ca_file)
    source = Singleton(made, "adapters.rabbitmq.event_source:RabbitMQEventSource", link)
    source.add_args(_set.prefetch, now)
    publisher = Singleton(made, "adapters.rabbitmq.event_publisher:RabbitMQEventPublisher", link)
    letters = Singleton(made, "adapters.rabbitmq.outbox:FunctionsOutbox", link, now)
    depths = Singleton(made, "adapters.rabbitmq.depths:QueueDepths", link, metrics)
    letter_sight = Singleton(made, "adapters.rabbitmq.letter_sight:RabbitMQLetterSight", link)
