"""Every port in memory."""

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Singleton

from knative_lambda.entrypoints.given import Given
from knative_lambda.entrypoints.imported import made


class MemoryAdapters(DeclarativeContainer):
    """One of each, made when it is asked for."""

    _now = Given.now

    records = Singleton(made, "adapters.memory.records:MemoryRecords")
    contexts = Singleton(made, "adapters.memory.context_store:MemoryContextStore", _now)
    registry = Singleton(made, "adapters.memory.image_registry:MemoryImageRegistry", outsiders=True)
    assembler = Singleton(made, "adapters.memory.image_assembler:MemoryImageAssembler", registry)
    runner = Singleton(made, "adapters.memory.job_runner:MemoryJobRunner", registry, _now)
    deployer = Singleton(made, "adapters.memory.service_deployer:MemoryServiceDeployer")
    sources = Singleton(made, "adapters.memory.source_fetcher:MemorySourceFetcher")
