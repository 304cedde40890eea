"""Every port in memory."""

from collections.abc import Callable

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Singleton

from knative_lambda.entrypoints.imported import made


class MemoryAdapters(DeclarativeContainer):
    """One of each, made when it is asked for."""

    now: Dependency[Callable[[], int]] = Dependency()

    records = Singleton(made, "adapters.memory.records:MemoryRecords")
    contexts = Singleton(made, "adapters.memory.context_store:MemoryContextStore", now)
    registry = Singleton(made, "adapters.memory.image_registry:MemoryImageRegistry", outsiders=True)
    assembler = Singleton(made, "adapters.memory.image_assembler:MemoryImageAssembler", registry)
    runner = Singleton(made, "adapters.memory.job_runner:MemoryJobRunner", registry, now)
    deployer = Singleton(made, "adapters.memory.service_deployer:MemoryServiceDeployer")
    sources = Singleton(made, "adapters.memory.source_fetcher:MemorySourceFetcher")
