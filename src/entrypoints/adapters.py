"""Which adapter stands behind which port: the settings choose."""

import time

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Container, Dependency, Object, Selector, Singleton

from knative_lambda.adapters.local.dispatcher import Dispatcher
from knative_lambda.adapters.packing.context_builder import ContextBuilder
from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
from knative_lambda.adapters.s3.context_store import S3ContextStore
from knative_lambda.adapters.uploads.source_fetcher import UploadedSources
from knative_lambda.entrypoints.event_adapters import EventAdapters
from knative_lambda.entrypoints.local_adapters import LocalAdapters
from knative_lambda.entrypoints.memory_adapters import MemoryAdapters
from knative_lambda.entrypoints.registry_adapters import RegistryAdapters
from knative_lambda.entrypoints.source_adapters import SourceAdapters
from knative_lambda.settings import Settings


class Adapters(DeclarativeContainer):
    """One adapter a port."""

    settings = Dependency(instance_of=Settings)
    _set = settings.provided
    now, steady = Object(time.time_ns), Object(time.monotonic_ns)
    metrics = Singleton(PrometheusMetrics)
    _memory = Container(MemoryAdapters, now=now)
    _local = Container(LocalAdapters, now=now, state=_set.state_dir)
    _images = Container(
        RegistryAdapters, settings=settings, local=_local.registry, memory=_memory.registry
    )
    _events = Container(EventAdapters, settings=settings, metrics=metrics, now=now)

    broker, link, sink = _events.broker, _events.link, _events.sink
    source, publisher = _events.source, _events.publisher
    settler, letters = _events.settler, _events.letters
    contexts = Selector(
        _set.context_store,
        s3=Singleton(S3ContextStore, _set.context_bucket),
        directory=_local.contexts,
        memory=_memory.contexts,
    )
    records = Selector(_set.service_deployer, local=_local.records, memory=_memory.records)
    registry = _images.registry
    runner = Selector(_set.job_runner, local=_local.runner, memory=_memory.runner)
    deployer = Selector(_set.service_deployer, local=_local.deployer, memory=_memory.deployer)
    serving = Selector(_set.service_deployer, local=_local.board, memory=_memory.deployer)
    triggers = Selector(_set.service_deployer, local=Object(None), memory=_memory.triggers)
    _network = Container(SourceAdapters, settings=settings)
    _named = Selector(
        _set.source_fetcher,
        network=_network.sources,
        directory=_local.sources,
        memory=_memory.sources,
    )
    sources = Singleton(UploadedSources, _named, contexts)
    packer = Singleton(ContextBuilder)
    dispatcher = Singleton(Dispatcher, broker, deployer)
