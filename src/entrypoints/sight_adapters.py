"""The ports that only show: the settings choose."""

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import (
    DependenciesContainer,
    Dependency,
    Object,
    Selector,
    Singleton,
)

from knative_lambda.adapters.knative.trigger_sight import KnativeTriggerSight
from knative_lambda.adapters.kubernetes.build_logs import KanikoBuildLogs
from knative_lambda.adapters.kubernetes.job_sight import KanikoJobSight
from knative_lambda.adapters.local.build_logs import LocalBuildLogs
from knative_lambda.adapters.local.job_sight import LocalJobSight
from knative_lambda.adapters.memory.build_logs import MemoryBuildLogs
from knative_lambda.adapters.memory.job_sight import MemoryJobSight
from knative_lambda.adapters.memory.trigger_sight import MemoryTriggerSight
from knative_lambda.settings import Settings


class SightAdapters(DeclarativeContainer):
    """They look at what the adapters of *platform* and *memory* have made."""

    settings = Dependency(instance_of=Settings)
    platform, memory = DependenciesContainer(), DependenciesContainer()
    _set = settings.provided

    triggers = Selector(
        _set.service_deployer,
        knative=Singleton(KnativeTriggerSight, platform.cluster, platform.place),
        local=Object(None),
        memory=Singleton(MemoryTriggerSight, memory.deployer),
    )
    jobs = Selector(
        _set.job_runner,
        kubernetes=Singleton(KanikoJobSight, platform.cluster, _set.build_namespace),
        local=Singleton(LocalJobSight, _set.state_dir),
        memory=Singleton(MemoryJobSight, memory.runner),
    )
    build_logs = Selector(
        _set.job_runner,
        kubernetes=Singleton(KanikoBuildLogs, platform.cluster, _set.build_namespace),
        local=Singleton(LocalBuildLogs, _set.state_dir),
        memory=Singleton(MemoryBuildLogs),
    )
