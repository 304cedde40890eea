"""What builds, what serves, and what keeps the records of both: the settings choose."""

from collections.abc import Callable

from dependency_injector import providers
from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import DependenciesContainer, Dependency, Object, Selector

from knative_lambda.entrypoints.kubernetes_adapters import KubernetesAdapters
from knative_lambda.settings import Settings


class PlatformAdapters(DeclarativeContainer):
    """A cluster, this machine, or its memory; *cluster* is the connection to the first."""

    settings = Dependency(instance_of=Settings)
    now: Dependency[Callable[[], int]] = Dependency()
    local, memory = DependenciesContainer(), DependenciesContainer()
    _set = settings.provided
    _kubernetes = providers.Container(KubernetesAdapters, settings=settings, now=now)

    cluster = _kubernetes.client
    runner = Selector(
        _set.job_runner, kubernetes=_kubernetes.runner, local=local.runner, memory=memory.runner
    )
    records = Selector(
        _set.service_deployer,
        knative=_kubernetes.records,
        local=local.records,
        memory=memory.records,
    )
    deployer = Selector(_set.service_deployer, local=local.deployer, memory=memory.deployer)
    serving = Selector(_set.service_deployer, local=local.board, memory=memory.deployer)
    triggers = Selector(_set.service_deployer, local=Object(None), memory=memory.triggers)
    build_logs = Selector(
        _set.job_runner,
        kubernetes=_kubernetes.build_logs,
        local=local.build_logs,
        memory=memory.build_logs,
    )
