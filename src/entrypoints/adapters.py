"""Which adapter stands behind which port: the settings choose."""

import time

from dependency_injector import providers
from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Object, Selector, Singleton

from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
from knative_lambda.entrypoints.event_adapters import EventAdapters
from knative_lambda.entrypoints.imported import Unmade, made
from knative_lambda.entrypoints.local_adapters import LocalAdapters
from knative_lambda.entrypoints.memory_adapters import MemoryAdapters
from knative_lambda.entrypoints.platform_adapters import PlatformAdapters
from knative_lambda.entrypoints.sight_adapters import SightAdapters
from knative_lambda.entrypoints.source_adapters import SourceAdapters
from knative_lambda.settings import Settings


class Adapters(DeclarativeContainer):
    """One adapter a port."""

    settings = Dependency(instance_of=Settings)
    _set = settings.provided
    now, steady = Object(time.time_ns), Object(time.monotonic_ns)
    metrics = Singleton(PrometheusMetrics, _set.metrics_tenants, _set.limits)
    _memory = providers.Container(MemoryAdapters, now=now)
    _local = providers.Container(LocalAdapters, now=now, state=_set.state_dir)
    _platform = providers.Container(
        PlatformAdapters, settings=settings, now=now, local=_local, memory=_memory
    )
    _events = providers.Container(EventAdapters, settings=settings, metrics=metrics, now=now)

    broker, link, sink, depths = _events.broker, _events.link, _events.sink, _events.depths
    source, publisher = _events.source, _events.publisher
    settler, letters, letter_sight = _events.settler, _events.letters, _events.letter_sight
    contexts = Selector(
        _set.context_store,
        s3=Singleton(Unmade, made, "adapters.s3.context_store:S3ContextStore", _set.context_bucket),
        directory=_local.contexts,
        memory=_memory.contexts,
    )
    registry, cluster = _platform.registry, _platform.cluster
    assembler = _platform.assembler
    records, runner = _platform.records, _platform.runner
    deployer, serving, packer = _platform.deployer, _platform.serving, _platform.packer
    _see = providers.Container(SightAdapters, settings=settings, platform=_platform, memory=_memory)
    triggers, build_logs, jobs, place = _see.triggers, _see.build_logs, _see.jobs, _platform.place
    _named = Selector(
        _set.source_fetcher,
        network=providers.Container(SourceAdapters, settings=settings).sources,
        directory=_local.sources,
        memory=_memory.sources,
    )
    sources = Singleton(Unmade, made, "adapters.uploads.source_fetcher:UploadedSources")
    sources.add_args(_named, contexts)
    dispatcher = Singleton(made, "adapters.local.dispatcher:Dispatcher", broker, deployer)
