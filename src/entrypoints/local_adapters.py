"""The ports that this machine alone can serve."""

from functools import partial

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Object, Singleton

from knative_lambda.entrypoints.given import Given
from knative_lambda.entrypoints.imported import made


class LocalAdapters(DeclarativeContainer):
    """One of each, made when it is asked for."""

    _state, _now = Given.settings.provided.state_dir, Given.now
    _judge = Object(partial(made, "sidecar.verdict:judge"))

    records = Singleton(made, "adapters.local.records:DirectoryRecords", _state)
    contexts = Singleton(made, "adapters.local.context_store:DirectoryContextStore", _state)
    registry = Singleton(made, "adapters.local.image_store:LocalImageRegistry", _state)
    assembler = Singleton(made, "adapters.local.image_assembler:NoImageAssembler")
    runner = Singleton(made, "adapters.local.job_runner:LocalJobRunner", _state)
    runner.add_args(registry, _judge, _now)
    board = Singleton(made, "adapters.local.service_board:ServiceBoard", _state)
    deployer = Singleton(made, "adapters.local.service_deployer:LocalServiceDeployer", registry)
    deployer.add_kwargs(board=board)
    sources = Singleton(made, "adapters.local.source_fetcher:DirectorySourceFetcher")
