"""By which adapters events come and go: the settings choose."""

from collections.abc import Callable

from dependency_injector import providers
from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Object, Selector, Singleton

from knative_lambda.entrypoints.http_adapters import HttpAdapters
from knative_lambda.entrypoints.imported import made
from knative_lambda.entrypoints.rabbitmq_adapters import RabbitMQAdapters
from knative_lambda.ports.metrics import Metrics
from knative_lambda.settings import Settings


class EventAdapters(DeclarativeContainer):
    """One adapter for what comes, one for what goes, and one for what cannot be handled."""

    settings = Dependency(instance_of=Settings)
    metrics: Dependency[Metrics] = Dependency()
    now: Dependency[Callable[[], int]] = Dependency()
    _set = settings.provided

    broker = Singleton(made, "adapters.memory.broker:MemoryBroker", now, prefetch=_set.prefetch)
    _rabbitmq = providers.Container(RabbitMQAdapters, settings=settings, metrics=metrics, now=now)
    _http = providers.Container(HttpAdapters, settings=settings)
    link, sink, depths = _rabbitmq.link, _http.sink, _rabbitmq.depths

    source = Selector(_set.event_source, rabbitmq=_rabbitmq.source, memory=broker)
    _unsigned = Selector(
        _set.event_publisher,
        rabbitmq=_rabbitmq.publisher,
        http=_http.publisher,
        memory=broker,
    )
    _signed = Singleton(
        made, "application.signed_publisher:SignedPublisher", _unsigned, _set.completion_key
    )
    publisher = Selector(_set.signing, on=_signed, off=_unsigned)
    settler = Selector(_set.settler, rabbitmq=_rabbitmq.source, http=_http.letters, memory=broker)
    letters = Selector(_set.settler, rabbitmq=_rabbitmq.letters, http=_http.letters, memory=broker)
    letter_sight = Selector(
        _set.settler,
        rabbitmq=_rabbitmq.letter_sight,
        http=Object(None),
        memory=Singleton(made, "adapters.memory.letter_sight:MemoryLetterSight", broker),
    )
