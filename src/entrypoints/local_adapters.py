"""The ports that this machine alone can serve."""

from collections.abc import Callable
from pathlib import Path

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Object, Singleton

from knative_lambda.adapters.local.context_store import DirectoryContextStore
from knative_lambda.adapters.local.image_store import LocalImageRegistry
from knative_lambda.adapters.local.job_runner import LocalJobRunner
from knative_lambda.adapters.local.records import DirectoryRecords
from knative_lambda.adapters.local.service_board import ServiceBoard
from knative_lambda.adapters.local.service_deployer import LocalServiceDeployer
from knative_lambda.adapters.local.source_fetcher import DirectorySourceFetcher
from knative_lambda.sidecar.verdict import judge


class LocalAdapters(DeclarativeContainer):
    """One of each, made when it is asked for."""

    now: Dependency[Callable[[], int]] = Dependency()
    state = Dependency(instance_of=Path)

    records = Singleton(DirectoryRecords, state)
    contexts = Singleton(DirectoryContextStore, state)
    registry = Singleton(LocalImageRegistry, state)
    runner = Singleton(LocalJobRunner, state, registry, Object(judge), now)
    board = Singleton(ServiceBoard, state)
    deployer = Singleton(LocalServiceDeployer, registry, board=board)
    sources = Singleton(DirectorySourceFetcher)
