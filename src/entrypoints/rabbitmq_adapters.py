"""Events by way of RabbitMQ."""

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Singleton

from knative_lambda.entrypoints.given import Given
from knative_lambda.entrypoints.imported import made


class RabbitMQAdapters(DeclarativeContainer):
    """One connection for all of it."""

    _set, _now, _metrics = Given.settings.provided, Given.now, Given.metrics

    topology = Singleton(made, "adapters.rabbitmq.topology:Topology", _set.exchange, _set.queue)
    topology.add_args(_set.function_dead_letter_queue)
    link = Singleton(made, "adapters.rabbitmq.link:Link", _set.rabbitmq_url, topology, _metrics)
    link.add_kwargs(passive=_set.declares_nothing, authority=_set.rabbitmq_ca_file)
    source = Singleton(made, "adapters.rabbitmq.event_source:RabbitMQEventSource", link)
    source.add_args(_set.prefetch, _now)
    publisher = Singleton(made, "adapters.rabbitmq.event_publisher:RabbitMQEventPublisher", link)
    letters = Singleton(made, "adapters.rabbitmq.outbox:FunctionsOutbox", link, _now)
    depths = Singleton(made, "adapters.rabbitmq.depths:QueueDepths", link, _metrics)
    letter_sight = Singleton(made, "adapters.rabbitmq.letter_sight:RabbitMQLetterSight", link)
