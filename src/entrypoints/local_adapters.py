"""The ports that this machine alone can serve; in a cluster none of them is even imported."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Object, Singleton

from knative_lambda.sidecar.verdict import judge


def made(module: str, name: str, *arguments: Any, **named: Any) -> Any:
    """The *name* of a *module* of `adapters.local`, which is imported now."""
    kind = getattr(import_module(f"knative_lambda.adapters.local.{module}"), name)
    return kind(*arguments, **named)


class LocalAdapters(DeclarativeContainer):
    """One of each, made when it is asked for."""

    now: Dependency[Callable[[], int]] = Dependency()
    state = Dependency(instance_of=Path)

    records = Singleton(made, "records", "DirectoryRecords", state)
    contexts = Singleton(made, "context_store", "DirectoryContextStore", state)
    registry = Singleton(made, "image_store", "LocalImageRegistry", state)
    assembler = Singleton(made, "image_assembler", "NoImageAssembler")
    runner = Singleton(made, "job_runner", "LocalJobRunner", state, registry, Object(judge), now)
    board = Singleton(made, "service_board", "ServiceBoard", state)
    deployer = Singleton(made, "service_deployer", "LocalServiceDeployer", registry, board=board)
    sources = Singleton(made, "source_fetcher", "DirectorySourceFetcher")
