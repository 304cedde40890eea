"""Which adapter stands behind which port: the settings choose."""

import time

from dependency_injector import providers
from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Object, Selector, Singleton

from knative_lambda.adapters.local.dispatcher import Dispatcher
from knative_lambda.adapters.packing.context_builder import ContextBuilder
from knative_lambda.application.signed_publisher import SignedPublisher
from knative_lambda.entrypoints.local_adapters import LocalAdapters
from knative_lambda.entrypoints.memory_adapters import MemoryAdapters
from knative_lambda.settings import Settings


class Adapters(DeclarativeContainer):
    """One adapter a port."""

    settings = Dependency(instance_of=Settings)
    _set = settings.provided
    now = Object(time.time_ns)
    _memory = providers.Container(MemoryAdapters, now=now, prefetch=_set.prefetch)
    _local = providers.Container(LocalAdapters, now=now, state=_set.state_dir)

    broker = _memory.broker
    publisher = Selector(
        _set.signing, on=Singleton(SignedPublisher, broker, _set.completion_key), off=broker
    )
    records = Selector(_set.service_deployer, local=_local.records, memory=_memory.records)
    contexts = Selector(_set.context_store, directory=_local.contexts, memory=_memory.contexts)
    registry = Selector(_set.image_registry, local=_local.registry, memory=_memory.registry)
    runner = Selector(_set.job_runner, local=_local.runner, memory=_memory.runner)
    deployer = Selector(_set.service_deployer, local=_local.deployer, memory=_memory.deployer)
    sources = Selector(_set.source_fetcher, directory=_local.sources, memory=_memory.sources)
    packer = Singleton(ContextBuilder)
    metrics = _memory.metrics
    dispatcher = Singleton(Dispatcher, broker, deployer)
