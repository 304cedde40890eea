"""Which adapter stands behind which port: the settings choose."""

import time

from dependency_injector import providers
from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Object, Selector, Singleton

from knative_lambda.adapters.local.dispatcher import Dispatcher
from knative_lambda.adapters.packing.context_builder import ContextBuilder
from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
from knative_lambda.adapters.uploads.source_fetcher import UploadedSources
from knative_lambda.application.signed_publisher import SignedPublisher
from knative_lambda.entrypoints.http_adapters import HttpAdapters
from knative_lambda.entrypoints.local_adapters import LocalAdapters
from knative_lambda.entrypoints.memory_adapters import MemoryAdapters
from knative_lambda.entrypoints.rabbitmq_adapters import RabbitMQAdapters
from knative_lambda.settings import Settings


class Adapters(DeclarativeContainer):
    """One adapter a port."""

    settings = Dependency(instance_of=Settings)
    _set = settings.provided
    now, steady = Object(time.time_ns), Object(time.monotonic_ns)
    metrics = Singleton(PrometheusMetrics)
    memory = providers.Container(MemoryAdapters, now=now, prefetch=_set.prefetch)
    _local = providers.Container(LocalAdapters, now=now, state=_set.state_dir)
    rabbitmq = providers.Container(RabbitMQAdapters, settings=settings, metrics=metrics, now=now)
    http = providers.Container(HttpAdapters, settings=settings)

    broker, link, sink = memory.broker, rabbitmq.link, http.sink
    source = Selector(_set.event_source, rabbitmq=rabbitmq.source, memory=memory.broker)
    settler = Selector(
        _set.settler, rabbitmq=rabbitmq.source, http=http.letters, memory=memory.broker
    )
    letters = Selector(
        _set.settler, rabbitmq=rabbitmq.letters, http=http.letters, memory=memory.broker
    )
    _unsigned = Selector(
        _set.event_publisher,
        rabbitmq=rabbitmq.publisher,
        http=http.publisher,
        memory=memory.broker,
    )
    publisher = Selector(
        _set.signing, on=Singleton(SignedPublisher, _unsigned, _set.completion_key), off=_unsigned
    )
    records = Selector(_set.service_deployer, local=_local.records, memory=memory.records)
    contexts = Selector(_set.context_store, directory=_local.contexts, memory=memory.contexts)
    registry = Selector(_set.image_registry, local=_local.registry, memory=memory.registry)
    runner = Selector(_set.job_runner, local=_local.runner, memory=memory.runner)
    deployer = Selector(_set.service_deployer, local=_local.deployer, memory=memory.deployer)
    serving = Selector(_set.service_deployer, local=_local.board, memory=memory.deployer)
    _named = Selector(_set.source_fetcher, directory=_local.sources, memory=memory.sources)
    sources = Singleton(UploadedSources, _named, contexts)
    packer = Singleton(ContextBuilder)
    dispatcher = Singleton(Dispatcher, broker, deployer)
