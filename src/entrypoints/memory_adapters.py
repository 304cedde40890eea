"""Every port in memory."""

from collections.abc import Callable

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Singleton

from knative_lambda.adapters.memory.context_store import MemoryContextStore
from knative_lambda.adapters.memory.image_assembler import MemoryImageAssembler
from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.adapters.memory.job_runner import MemoryJobRunner
from knative_lambda.adapters.memory.records import MemoryRecords
from knative_lambda.adapters.memory.service_deployer import MemoryServiceDeployer
from knative_lambda.adapters.memory.source_fetcher import MemorySourceFetcher


class MemoryAdapters(DeclarativeContainer):
    """One of each, made when it is asked for."""

    now: Dependency[Callable[[], int]] = Dependency()

    records = Singleton(MemoryRecords)
    contexts = Singleton(MemoryContextStore, now)
    registry = Singleton(MemoryImageRegistry, outsiders=True)
    assembler = Singleton(MemoryImageAssembler, registry)
    runner = Singleton(MemoryJobRunner, registry, now)
    deployer = Singleton(MemoryServiceDeployer)
    sources = Singleton(MemorySourceFetcher)
