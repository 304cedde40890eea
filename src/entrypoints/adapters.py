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
from knative_lambda.entrypoints.platform_adapters import PlatformAdapters
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
    _on = Container(PlatformAdapters, settings=settings, now=now, local=_local, memory=_memory)
    _images = Container(
        RegistryAdapters, settings=settings, local=_local.registry, memory=_memory.registry
    )
    _events = Container(EventAdapters, settings=settings, metrics=metrics, now=now)

    broker, link, sink, letters = _events.broker, _events.link, _events.sink, _events.letters
    source, publisher, settler = _events.source, _events.publisher, _events.settler
    contexts = Selector(
        _set.context_store,
        s3=Singleton(S3ContextStore, _set.context_bucket),
        directory=_local.contexts,
        memory=_memory.contexts,
    )
    registry = _images.registry
    cluster, records, runner = _on.cluster, _on.records, _on.runner
    deployer, serving = _on.deployer, _on.serving
    triggers, build_logs = _on.triggers, _on.build_logs
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
