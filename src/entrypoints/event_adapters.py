"""By which adapters events come and go: the settings choose."""

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Object, Selector, Singleton

from knative_lambda.entrypoints.given import Given
from knative_lambda.entrypoints.http_adapters import HttpAdapters
from knative_lambda.entrypoints.imported import made
from knative_lambda.entrypoints.rabbitmq_adapters import RabbitMQAdapters


class EventAdapters(DeclarativeContainer):
    """One adapter for what comes, one for what goes, and one for what cannot be handled."""

    _set = Given.settings.provided
    link, depths, sink = RabbitMQAdapters.link, RabbitMQAdapters.depths, HttpAdapters.sink
    broker = Singleton(made, "adapters.memory.broker:MemoryBroker", Given.now)
    broker.add_kwargs(prefetch=_set.prefetch)

    source = Selector(_set.event_source, rabbitmq=RabbitMQAdapters.source, memory=broker)
    _unsigned = Selector(
        _set.event_publisher,
        rabbitmq=RabbitMQAdapters.publisher,
        http=HttpAdapters.publisher,
        memory=broker,
    )
    _signed = Singleton(
        made, "application.signed_publisher:SignedPublisher", _unsigned, _set.completion_key
    )
    publisher = Selector(_set.signing, on=_signed, off=_unsigned)
    settler = Selector(
        _set.settler, rabbitmq=RabbitMQAdapters.source, http=HttpAdapters.letters, memory=broker
    )
    letter_settler = Selector(
        _set.settler, rabbitmq=RabbitMQAdapters.letters, http=HttpAdapters.letters, memory=broker
    )
    letter_sight = Selector(
        _set.settler,
        rabbitmq=RabbitMQAdapters.letter_sight,
        http=Object(None),
        memory=Singleton(made, "adapters.memory.letter_sight:MemoryLetterSight", broker),
    )
