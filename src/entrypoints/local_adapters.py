"""The ports that this machine alone can serve."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Object, Singleton

from knative_lambda.entrypoints.imported import made


class LocalAdapters(DeclarativeContainer):
    """One of each, made when it is asked for."""

    now: Dependency[Callable[[], int]] = Dependency()
    state = Dependency(instance_of=Path)
    _judge = Object(partial(made, "sidecar.verdict:judge"))

    records = Singleton(made, "adapters.local.records:DirectoryRecords", state)
    contexts = Singleton(made, "adapters.local.context_store:DirectoryContextStore", state)
    registry = Singleton(made, "adapters.local.image_store:LocalImageRegistry", state)
    assembler = Singleton(made, "adapters.local.image_assembler:NoImageAssembler")
    runner = Singleton(made, "adapters.local.job_runner:LocalJobRunner", state)
    runner.add_args(registry, _judge, now)
    board = Singleton(made, "adapters.local.service_board:ServiceBoard", state)
    deployer = Singleton(made, "adapters.local.service_deployer:LocalServiceDeployer", registry)
    deployer.add_kwargs(board=board)
    sources = Singleton(made, "adapters.local.source_fetcher:DirectorySourceFetcher")
